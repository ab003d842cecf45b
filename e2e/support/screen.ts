import type { Page } from "playwright-core";

/** What of a task is on the screen, by the attributes that every view carries. */
export type Screen =
  | { readonly kind: "gone" }
  /** Words with one button that leads on; `task` where the words belong to a stage of a task. */
  | { readonly kind: "words"; readonly task: string | null; readonly phase: string; readonly heading: string }
  | TaskScreen;

export interface TaskScreen {
  readonly kind: "task";
  readonly task: string;
  readonly phase: string;
  readonly stimulus: string;
}

/** An answer that is still marked takes no other: these are seen for a third of a second. */
const LONGEST_MARK_MS = 5_000;

/** Reads the screen once no answer is marked on it any more. */
export async function readScreen(page: Page): Promise<Screen> {
  return survive(async () => {
    const marked = page.locator('main.stage [data-marked="true"][data-choice]');
    await marked.first().waitFor({ state: "detached", timeout: LONGEST_MARK_MS });
    return page.evaluate((): Screen => {
      const stage = document.querySelector<HTMLElement>("main.stage");
      if (stage === null) return { kind: "gone" };
      const { task, phase = "", stimulus = "" } = stage.dataset;
      if (stage.classList.contains("words") || task === undefined) {
        return { kind: "words", task: task ?? null, phase, heading: stage.querySelector("h1")?.textContent ?? "" };
      }
      return { kind: "task", task, phase, stimulus };
    });
  });
}

/** All that an answer may change; "" when no task is on the screen. */
export async function fingerprint(page: Page): Promise<string> {
  return survive(() => page.evaluate(fingerprintHere));
}

/** Waits until the screen is another than `before`, at most `longestMs`; answers whether it came to be. */
export async function changed(page: Page, before: string, longestMs = 8_000): Promise<boolean> {
  // Made a global of the page, since a function given to the page knows nothing of this file.
  await survive(() => page.evaluate(`globalThis.fingerprintHere = ${fingerprintHere.toString()}`));
  const waiting = page.waitForFunction(
    (known) => {
      const { fingerprintHere: read } = globalThis as unknown as { fingerprintHere?: () => string };
      // Another document has no such function: the page has gone on.
      return read === undefined || read() !== known;
    },
    before,
    { polling: 15, timeout: longestMs },
  );
  return waiting.then(
    () => true,
    () => false,
  );
}

function fingerprintHere(): string {
  const stage = document.querySelector<HTMLElement>("main.stage");
  if (stage === null) return "";
  const { task, phase, stimulus } = stage.dataset;
  const bar = document.querySelector<HTMLProgressElement>(".top progress")?.value;
  const states = [...stage.querySelectorAll("[data-state], [aria-pressed], [data-board]")].map((element) =>
    ["data-state", "aria-pressed", "data-board"].map((name) => element.getAttribute(name) ?? "").join(),
  );
  return [stage.className, task, phase, stimulus, bar, stage.querySelector("h1")?.textContent, ...states].join("|");
}

/** The page may go to the next document in the middle of a question: it is asked once more there. */
async function survive<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!/context was destroyed|navigation/i.test(String(error))) throw error;
    return ask();
  }
}
