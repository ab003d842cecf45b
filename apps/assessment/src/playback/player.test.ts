import { describe, expect, test } from "vitest";
import { act, type Act, AT_START, type PlayerState } from "./player.ts";
import type { Moment, Timeline } from "./timeline.ts";

/** Inputs at these times; the machine does not matter to the clock. */
function inputsAt(...times: readonly number[]): Timeline {
  const moments = times.map((atMs, index): Moment => ({
    index,
    atMs,
    input: { n: index, at: atMs, kind: "press" },
    refused: null,
    byHand: true,
    holdMs: 0,
    trial: null,
  }));
  return { moments, states: [], durationMs: (times.at(-1) ?? 0) + 600, complete: true };
}

const timeline = inputsAt(1_000, 1_500, 12_000, 12_000, 13_000);

function after(...acts: readonly Act[]): PlayerState {
  return acts.reduce((state, doing) => act(timeline, state, doing), AT_START);
}

const place = ({ index, timeMs, playing }: PlayerState) => [index, timeMs, playing];
const advance = (ms: number): Act => ({ kind: "advance", ms });

describe("playing", () => {
  test("time passes only while it plays, as fast as was chosen", () => {
    expect(place(after(advance(500)))).toEqual([-1, 0, false]);
    expect(place(after({ kind: "play" }, advance(999)))).toEqual([-1, 999, true]);
    expect(place(after({ kind: "play" }, advance(999), advance(1)))).toEqual([0, 1_000, true]);
    expect(place(after({ kind: "speed", speed: 4 }, { kind: "play" }, advance(375)))).toEqual([1, 1_500, true]);
    expect(place(after({ kind: "play" }, advance(600), { kind: "pause" }, advance(600)))).toEqual([-1, 600, false]);
  });

  test("passes several inputs in one frame, and those of the same time together", () => {
    expect(place(after({ kind: "play" }, advance(1_600)))).toEqual([1, 1_600, true]);
    expect(place(after({ kind: "play" }, advance(12_000)))).toEqual([3, 12_000, true]);
  });

  test("stops at the end by itself, and begins anew from there", () => {
    expect(place(after({ kind: "play" }, advance(99_000)))).toEqual([4, 13_600, false]);
    expect(place(after({ kind: "play" }, advance(99_000), { kind: "play" }))).toEqual([-1, 0, true]);
  });

  test("cuts a long wait to three seconds when wished, and leaves a short one as it was", () => {
    const shorten: Act = { kind: "shorten", on: true };
    const long: readonly Act[] = [{ kind: "play" }, advance(1_500), advance(1_499)];
    expect(place(after(...long, advance(1)))).toEqual([1, 3_000, true]);
    expect(place(after(shorten, ...long))).toEqual([1, 2_999, true]);
    expect(place(after(shorten, ...long, advance(1)))).toEqual([1, 10_500, true]);
    expect(place(after(shorten, ...long, advance(1), advance(1_500)))).toEqual([3, 12_000, true]);
    expect(place(after(shorten, { kind: "play" }, advance(900)))).toEqual([-1, 900, true]);
  });
});

describe("jumping", () => {
  test("steps from input to input, also between those of one time, and stops playing", () => {
    const step = (by: 1 | -1): Act => ({ kind: "step", by });
    expect(place(after({ kind: "play" }, step(1)))).toEqual([0, 1_000, false]);
    expect(place(after(step(1), step(1), step(1), step(1)))).toEqual([3, 12_000, false]);
    expect(place(after(step(1), step(1), step(1), step(1), step(-1)))).toEqual([2, 12_000, false]);
    expect(place(after(step(1), step(-1), step(-1)))).toEqual([-1, 0, false]);
    expect(place(after({ kind: "go_to", index: 4 }, step(1)))).toEqual([4, 13_600, false]);
  });

  test("seeks to any time, within the recording, and plays on from there", () => {
    expect(place(after({ kind: "play" }, { kind: "seek", timeMs: 1_499 }))).toEqual([0, 1_499, true]);
    expect(place(after({ kind: "seek", timeMs: 12_000 }))).toEqual([3, 12_000, false]);
    expect(place(after({ kind: "seek", timeMs: -5 }))).toEqual([-1, 0, false]);
    expect(place(after({ kind: "seek", timeMs: 1e9 }))).toEqual([4, 13_600, false]);
    expect(place(after({ kind: "go_to", index: 99 }))).toEqual([4, 13_600, false]);
  });

  test("is counted, so that the screen is built anew; playing on is not", () => {
    expect(after({ kind: "play" }, advance(1_200)).jumps).toBe(0);
    expect(after({ kind: "seek", timeMs: 5 }, { kind: "step", by: 1 }).jumps).toBe(2);
  });
});
