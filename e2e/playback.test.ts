import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import type { FromPlayback, Playback, ToPlayback } from "../packages/contract/src/index.ts";
import { cardsMachine } from "../packages/tasks/src/cards/v1/machine.ts";
import type { GoldenRecording } from "../packages/tasks/src/golden.ts";
import { isRefusal, type TaskInput } from "../packages/tasks/src/index.ts";
import { boardText, towerMachine } from "../packages/tasks/src/tower/v1/machine.ts";
import { launchChromium } from "./chromium.ts";

/** The page that plays recordings back, in a frame of a page of its own origin, as a dashboard shows it. */

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AROUND = "/playback-test";

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(() => page.close());
afterAll(() => browser.close());

declare global {
  /** What the playback page said, in the page around it. */
  var said: FromPlayback[];
}

function golden(task: string): GoldenRecording {
  const file = join(import.meta.dirname, "../packages/tasks/src", task, "v1/golden/honest.json");
  return JSON.parse(readFileSync(file, "utf8")) as GoldenRecording;
}

function recordingOf(task: string, change: Partial<Playback> = {}, inputs = golden(task).inputs): Playback {
  const { seed, parameters, version } = golden(task);
  const attempt = { attempt: 1, state: "done", scored: true, seed, complete: true, as_shown: true } as const;
  return {
    session_id: "ses_01k0000000000000000000000a",
    run: 1,
    runs: 1,
    language: "en",
    direction: "ltr",
    device_class: "phone",
    money_unit: { symbol: "$", factor: 1 },
    tasks: [
      {
        index: 0,
        task,
        version,
        parameters: parameters as Record<string, unknown>,
        attempts: [{ ...attempt, inputs: inputs.map((input) => ({ input: { ...input }, refused: null })) }],
      },
    ],
    ...change,
  };
}

/** A page around the playback at this origin; the frame is null where the browser refused it. */
async function open(origin: string, size = { width: 390, height: 700 }): Promise<Frame | null> {
  const { baseUrl } = inject("e2e");
  page = await browser.newPage({ viewport: size });
  await page.route(origin + AROUND, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><html lang="en"><title>Around</title><body style="margin:0">
        <script>globalThis.said = []; addEventListener("message", ({ data }) => said.push(data));</script>
        <iframe title="Playback" style="border:0;width:100%;height:${String(size.height)}px" src="${baseUrl}/beacon/playback"></iframe>`,
    }),
  );
  await page.goto(origin + AROUND);
  return page.frames().find((frame) => frame.url().startsWith(baseUrl) && frame !== page.mainFrame()) ?? null;
}

async function send(message: ToPlayback): Promise<void> {
  await page.evaluate((data) => {
    window.frames[0]?.postMessage(data, location.origin);
  }, message);
}

async function load(recording: Playback, size?: { width: number; height: number }): Promise<Frame> {
  const frame = await open(inject("e2e").baseUrl, size);
  if (frame === null) throw new Error("the page may not be framed by its own origin");
  await page.waitForFunction(() => globalThis.said.some(({ type }) => type === "ready"));
  await send({ type: "load", recording });
  await frame.locator(".controls").waitFor();
  return frame;
}

const indices = () =>
  page.evaluate(() => globalThis.said.flatMap((told) => (told.type === "moment" ? told.index : [])));

/** What stands in the picture. */
interface Drawn {
  readonly phase: string | null;
  readonly stimulus: string | null;
  /** The pegs, or the boxes that were opened. */
  readonly board: string | null;
  readonly played: string | null;
}

function drawn(frame: Frame): Promise<Drawn> {
  return frame.evaluate(() => {
    const stage = document.querySelector<HTMLElement>(".room main.stage");
    const pegs = stage?.querySelector(".own [data-board]")?.getAttribute("data-board");
    const boxes = [...(stage?.querySelectorAll('.boxes [data-state="safe"]') ?? [])];
    return {
      phase: stage?.dataset["phase"] ?? null,
      stimulus: stage?.dataset["stimulus"] ?? null,
      board: pegs ?? boxes.map((box) => box.getAttribute("data-choice")).join(" "),
      played: stage?.querySelector("[data-played]")?.getAttribute("data-choice") ?? null,
    };
  });
}

type Look = (state: unknown) => Omit<Drawn, "played">;
const WORDS = { phase: null, stimulus: null, board: "" };

const LOOKS: readonly (readonly [string, typeof towerMachine | typeof cardsMachine, Look])[] = [
  [
    "tower",
    towerMachine,
    (state) => {
      const view = towerMachine.view(state as Parameters<typeof towerMachine.view>[0]);
      if (view === null || view.phase === "instructions") return WORDS;
      return { phase: view.phase, stimulus: view.stimulus, board: boardText(view.board) };
    },
  ],
  [
    "cards",
    cardsMachine,
    (state) => {
      const view = cardsMachine.view(state as Parameters<typeof cardsMachine.view>[0]);
      if (view === null || view.phase === "instructions") return WORDS;
      const board = view.opened.toSorted((a, b) => a - b).join(" ");
      return { phase: view.phase, stimulus: view.stimulus, board };
    },
  ],
];

/** The machine's state before the first input and after each, without the page's own code. */
function statesOf(machine: (typeof LOOKS)[number][1], task: string): readonly unknown[] {
  const { seed, parameters, inputs } = golden(task);
  const { start, apply } = machine as {
    start: (seed: string, parameters: unknown) => object;
    apply: (state: object, input: TaskInput) => object;
  };
  const states = [start(seed, parameters)];
  for (const input of inputs) {
    const before = states.at(-1) ?? {};
    const after = apply(before, input);
    states.push(isRefusal(after) ? before : after);
  }
  return states;
}

describe.each(LOOKS)("%s", (task, machine, look) => {
  test("at every input the picture is that of the machine, with the answer that was given marked", async () => {
    const { inputs } = golden(task);
    const states = statesOf(machine, task);
    const frame = await load(recordingOf(task));
    for (const [index, input] of inputs.entries()) {
      await send({ type: "go_to", index });
      await expect.poll(async () => (await indices()).at(-1)).toBe(index);
      const byHand = input.kind !== "shown" && input.kind !== "timeout";
      const played = input.kind === "press" ? (input.choice ?? null) : null;
      const expected = { ...look(states[byHand ? index : index + 1]), played };
      await expect.poll(() => drawn(frame), { message: `${task} ${String(index)}` }).toEqual(expected);
    }
    expect((await indices()).slice(-inputs.length)).toEqual([...inputs.keys()]);
    await frame.getByLabel("Next input").click();
    await frame.getByText("The game ended here.").waitFor();
  });

  test("a recording that breaks off ends in the machine's state of that moment", async () => {
    const inputs = golden(task).inputs.slice(0, 21);
    const frame = await load(recordingOf(task, {}, inputs));
    await frame.getByLabel("Time", { exact: true }).press("End");
    await expect.poll(async () => (await indices()).at(-1)).toBe(inputs.length - 1);
    const expected = { ...look(statesOf(machine, task)[inputs.length]), played: null };
    await expect.poll(() => drawn(frame)).toEqual(expected);
  });
});

/** Lets so many frames be drawn: more than enough for what still moved to go on. */
function frames(frame: Frame, count: number): Promise<void> {
  return frame.evaluate(async (left) => {
    for (let drawnFrames = 0; drawnFrames < left; drawnFrames += 1) await new Promise(requestAnimationFrame);
  }, count);
}

test("plays by itself, in order, with the speed that was chosen, and stops when told to", async () => {
  const frame = await load(recordingOf("tower"));
  await frame.getByLabel("Speed").selectOption("4");
  await frame.getByLabel("Shorten waits").check();
  await frame.getByLabel("Play", { exact: true }).click();
  await page.waitForFunction(() => globalThis.said.some((told) => told.type === "moment" && told.index >= 4));
  await frame.getByLabel("Pause").click();
  await frames(frame, 5);
  const played = await indices();
  expect(played).toEqual(played.toSorted((a, b) => a - b));
  const shown = await drawn(frame);
  await frames(frame, 40);
  expect(await drawn(frame)).toEqual(shown);
  expect(await indices()).toEqual(played);
});

test("nothing in the picture can be pressed, neither by hand nor by keys", async () => {
  const frame = await load(recordingOf("cards"));
  await send({ type: "go_to", index: 6 });
  await expect.poll(async () => (await indices()).at(-1)).toBe(6);
  const before = await drawn(frame);
  const box = frame.locator('.boxes [data-state="closed"]').last();
  await box.click({ force: true });
  await page.keyboard.press("s");
  await page.keyboard.press("ArrowRight");
  expect(await frame.evaluate(() => document.activeElement?.closest("[inert]") ?? null)).toBeNull();
  expect(await drawn(frame)).toEqual(before);
});

test("speaks the language it was played in, from its side; one it does not know is English", async () => {
  const arabic = await load(recordingOf("tower", { language: "ar", direction: "rtl" }));
  await expect.poll(() => arabic.locator(".room h1").textContent()).toMatch(/[\u0600-\u06ff]/);
  expect(await arabic.locator(".room > div").evaluate((room) => getComputedStyle(room).direction)).toBe("rtl");
  await page.close();
  const unknown = await load(recordingOf("tower", { language: "xx" as "en" }));
  await expect.poll(() => unknown.locator(".room h1").textContent()).toMatch(/[a-z]/);
});

test.each([
  { width: 390, height: 700 },
  { width: 320, height: 600 },
  { width: 1000, height: 640 },
])("in a frame of $width × $height nothing is cut off and axe finds nothing", async (size) => {
  const frame = await load(recordingOf("cards"), size);
  await send({ type: "go_to", index: 12 });
  if (size.width < 700) await frame.locator("summary").click();
  await frame.locator('.moments [aria-current="step"]').waitFor();
  const overflow = await frame.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth - innerWidth, scrollHeight - innerHeight];
  });
  expect(overflow.every((pixels) => pixels <= 0)).toBe(true);
  await frame.evaluate(axeSource);
  const found = await frame.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
  });
  expect(found).toEqual([]);
});

test("no page of another origin can show it", async () => {
  const { baseUrl } = inject("e2e");
  expect(await open(baseUrl.replace("127.0.0.1", "localhost"))).toBeNull();
  expect(await page.evaluate(() => globalThis.said)).toEqual([]);
});
