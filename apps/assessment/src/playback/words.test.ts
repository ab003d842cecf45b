import type { Playback } from "@tallystick/contract";
import { expect, test } from "vitest";
import { choicesOf, firstChoice } from "./choice.ts";
import { readMessage, speakWith } from "./messages.ts";
import type { Moment } from "./timeline.ts";
import { momentText, timeText } from "./words.ts";

const moment = (change: Partial<Moment>): Moment => ({
  index: 0,
  atMs: 3_240,
  input: { n: 0, at: 3_240, kind: "press", stimulus: "item-3", choice: "right" },
  refused: null,
  byHand: true,
  holdMs: 0,
  trial: null,
  ...change,
});

test("a moment says what was given, what came of it and how fast it was", () => {
  const trial = { stimulus: "item-3", practice: false, rtMs: 640, correct: false };
  expect(timeText(3_240)).toBe("3.2 s");
  expect(timeText(59_990)).toBe("59.9 s");
  expect(timeText(63_210)).toBe("1:03.2");
  expect(momentText(moment({ trial }))).toBe("answered right (item-3): wrong, 640 ms");
  expect(momentText(moment({}))).toBe("answered right (item-3)");
  expect(momentText(moment({ refused: "too_late" }))).toBe("answered right (item-3); did not count: too late");
  const over = { n: 1, at: 1, kind: "timeout", stimulus: "item-4" };
  const missed = { stimulus: "item-4", practice: true, rtMs: null, correct: true };
  expect(momentText(moment({ input: over, trial: missed }))).toBe("time was over (item-4): correct, practice");
});

const attempt = (number: number, inputs: number, scored: boolean) => ({
  attempt: number,
  state: "done" as const,
  scored,
  seed: "",
  complete: true,
  as_shown: null,
  inputs: Array.from({ length: inputs }, (_, n) => ({ input: { n, at: n, kind: "x" }, refused: null })),
});

const recording = {
  tasks: [
    { index: 0, task: "cards", version: 1, parameters: {}, attempts: [attempt(1, 0, true)] },
    { index: 1, task: "quick_taps", version: 1, parameters: {}, attempts: [attempt(1, 3, false), attempt(2, 5, true)] },
    { index: 2, task: "tower", version: 1, parameters: {}, attempts: [] },
  ],
} as unknown as Playback;

test("begins with what was asked for, else with the first attempt that was scored and has inputs", () => {
  const choices = choicesOf(recording);
  expect(choices.map(({ label }) => label)).toEqual([
    "Cards",
    "Quick taps, attempt 1 of 2",
    "Quick taps, attempt 2 of 2",
  ]);
  const first = (wish: Parameters<typeof firstChoice>[1]) => firstChoice(choices, wish)?.label;
  expect(first({})).toBe("Quick taps, attempt 2 of 2");
  expect(first({ task: "quick_taps", attempt: 1 })).toBe("Quick taps, attempt 1 of 2");
  expect(first({ task: "cards" })).toBe("Cards");
  expect(first({ task: "tower" })).toBeUndefined();
});

test("hears the page around it in its own origin, and nobody else; speaks to that origin alone", () => {
  const said: unknown[] = [];
  const heard: unknown[] = [];
  let listener: (event: { origin: string; source: unknown; data: unknown }) => void = () => {};
  const parent = { postMessage: (message: unknown, origin: string) => said.push([message, origin]) };
  const location = { origin: "https://beacon.example" };
  const around = speakWith({ parent, location, addEventListener: (_type, hear) => (listener = hear) });
  around.listen((message) => heard.push(message));
  const data = { type: "load", recording, task: "tower" };
  listener({ origin: "https://elsewhere.example", source: parent, data });
  listener({ origin: location.origin, source: {}, data });
  expect(heard).toEqual([]);
  listener({ origin: location.origin, source: parent, data });
  expect(heard).toEqual([data]);
  around.post({ type: "ready" });
  expect(said).toEqual([[{ type: "ready" }, location.origin]]);
});

test("what is no message of ours is passed over", () => {
  for (const data of [
    null,
    3,
    "load",
    {},
    { type: "load" },
    { type: "load", recording: {} },
    { type: "go_to", index: 0.5 },
  ]) {
    expect(readMessage(data)).toBeNull();
  }
  expect(readMessage({ type: "go_to", index: -1 })).toEqual({ type: "go_to", index: -1 });
});
