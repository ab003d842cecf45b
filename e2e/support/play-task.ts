import type { Page } from "playwright-core";
import type { Hand } from "./hands.ts";
import { acceptConsent, goOn } from "./play.ts";
import { readScreen, type Screen } from "./screen.ts";
import { STRATEGIES } from "./tasks/table.ts";

/** Called once for every distinct screen, when it is on the page. */
export type Pictures = (name: string) => Promise<void>;

export interface PlayTaskOptions {
  readonly pictures?: Pictures;
}
export interface JourneyOptions extends PlayTaskOptions {
  readonly hand: Hand;
}

/** Longer than any task by any hand. */
const LONGEST_TASK_MS = 420_000;
const LONGEST_WAIT_MS = 60_000;

/** Plays the task on the screen, whichever it is, from its first words; resolves when its stage is gone. */
export async function playTask(page: Page, hand: Hand, { pictures }: PlayTaskOptions = {}): Promise<void> {
  await page.locator("main.stage").waitFor({ timeout: LONGEST_WAIT_MS });
  const album = createAlbum(pictures);
  const deadline = Date.now() + LONGEST_TASK_MS;
  while (Date.now() < deadline) {
    const screen = await readScreen(page);
    if (screen.kind === "gone") return;
    if (screen.kind === "task") await STRATEGIES[screen.task]?.prepare?.(page);
    // A picture takes its time: what was on the screen may be over.
    if (await album.keep(screen)) continue;
    await answer(page, hand, screen);
  }
  throw new Error("the task did not end");
}

async function answer(page: Page, hand: Hand, screen: Exclude<Screen, { kind: "gone" }>): Promise<void> {
  const leadsOn = page.locator("main.stage .button.primary:not([data-choice])");
  if (screen.kind === "words" || (await leadsOn.count()) > 0) {
    await goOn(page, hand);
    return;
  }
  const strategy = STRATEGIES[screen.task];
  if (strategy === undefined) throw new Error(`nobody knows how to play ${screen.task}`);
  await strategy.act({ page, hand }, screen);
}

interface Album {
  /** Answers whether a picture was taken. */
  readonly keep: (screen: Exclude<Screen, { kind: "gone" }>) => Promise<boolean>;
}

function createAlbum(pictures: Pictures | undefined): Album {
  const kept = new Set<string>();
  let words = 0;
  return {
    async keep(screen) {
      const own = screen.kind === "task" || screen.task !== null;
      const key = own ? `${screen.task ?? ""}-${screen.phase}` : screen.heading;
      if (pictures === undefined || kept.has(key)) return false;
      kept.add(key);
      if (!own) words += 1;
      await pictures(own ? key : `words-${String(words)}`);
      return true;
    },
  };
}

/** From the link to the end page over all tasks of the battery, in whatever language. */
export async function playJourney(page: Page, link: string, { hand, pictures }: JourneyOptions): Promise<void> {
  await page.goto(link);
  await page.locator("#consent-accept:enabled").waitFor();
  await pictures?.("0-consent");
  await acceptConsent(page, null, hand);
  for (let game = 1; ; game += 1) {
    const place = await nextPlace(page);
    if (place === "end") {
      await pictures?.("9-end");
      return;
    }
    if (place === "between") {
      await pictures?.(`${String(game)}-between`);
      await goOn(page, hand);
      await page.locator("main.stage").waitFor({ timeout: LONGEST_WAIT_MS });
    }
    await playTask(
      page,
      hand,
      pictures === undefined ? {} : { pictures: (name) => pictures(`${String(game)}-${name}`) },
    );
  }
}

/** Waits over loading, sending and going to another page. */
async function nextPlace(page: Page): Promise<"task" | "between" | "end"> {
  const place = await page.waitForFunction(
    () => {
      if (document.querySelector("main.stage") !== null) return "task";
      if (document.querySelector("main.page.end") !== null) return "end";
      return document.querySelector(".frame main.notice-page .button.primary") === null ? null : "between";
    },
    null,
    { timeout: LONGEST_WAIT_MS },
  );
  return (await place.jsonValue()) as "task" | "between" | "end";
}
