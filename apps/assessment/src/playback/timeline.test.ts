import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findTask, type TaskInput } from "@tallystick/tasks";
import type { GoldenRecording } from "@tallystick/tasks/golden";
import { describe, expect, test } from "vitest";
import { buildTimeline, indexAt, MARK_MS, pictureAt, type WatchedMachine } from "./timeline.ts";

const root = join(import.meta.dirname, "../../../../packages/tasks/src");
const golden = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => /golden[\\/][^\\/]+\.json$/.test(path))
  .map((path) => [path, JSON.parse(readFileSync(join(root, path), "utf8")) as GoldenRecording] as const);

function machineOf(recording: GoldenRecording): WatchedMachine {
  const definition = findTask(recording.task, recording.version);
  if (definition === null) throw new Error("a recording of no task");
  return definition.machine;
}

describe.each(golden)("%s", (_path, recording) => {
  const machine = machineOf(recording);
  const timeline = buildTimeline(machine, recording);

  test("ends in the state that was recorded, to the last digit", () => {
    expect(JSON.stringify(timeline.states.at(-1))).toBe(recording.expected.state);
    expect(timeline.complete).toBe(recording.expected.complete);
    const end = pictureAt(timeline, { index: timeline.moments.length - 1, timeMs: timeline.durationMs });
    expect(end).toMatchObject({ state: timeline.states.at(-1), pressed: null });
  });

  test("tells of every input once, in rising time, and of every trial at the input that ended it", () => {
    expect(timeline.moments.map(({ input }) => input)).toEqual(recording.inputs);
    const times = timeline.moments.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const refused = timeline.moments.filter((moment) => moment.refused !== null).length;
    expect(refused).toBe(Object.values(recording.expected.refusals).reduce((sum, count) => sum + count, 0));
    const trials = timeline.moments.flatMap(({ trial }) => trial ?? []);
    expect(trials.every(({ stimulus }) => stimulus !== "")).toBe(true);
    expect(JSON.stringify(trials.at(-1))).toBe(JSON.stringify((JSON.parse(recording.expected.trials) as []).at(-1)));
  });

  test("leaves what was pressed on the screen for its moment, then draws what came of it", () => {
    for (const { index, atMs, byHand, holdMs } of timeline.moments) {
      const before = timeline.states[index];
      const after = timeline.states[index + 1];
      const at = pictureAt(timeline, { index, timeMs: atMs });
      expect(at.state).toBe(byHand ? before : after);
      expect(at.pressed?.index).toBe(byHand ? index : undefined);
      const later = pictureAt(timeline, { index, timeMs: atMs + holdMs + 1 });
      expect(later).toMatchObject({ state: after, pressed: null });
      expect(holdMs).toBeLessThanOrEqual(MARK_MS);
      const next = timeline.moments[index + 1];
      if (next !== undefined) expect(atMs + holdMs).toBeLessThanOrEqual(next.atMs);
    }
  });
});

describe("a recording that no honest page made", () => {
  const [, recording] = golden[0] ?? [];
  if (recording === undefined) throw new Error("there are no recordings");
  const machine = machineOf(recording);

  test("is played in the order it came; what went back in time or is no input is refused and changes nothing", () => {
    const [first, second] = recording.inputs;
    if (first === undefined || second === undefined) throw new Error("an empty recording");
    const backwards: TaskInput = { ...second, n: 90, at: 0 };
    const odd = { ...second, n: 91, at: second.at + 10, choice: {} } as unknown as TaskInput;
    const { moments, states } = buildTimeline(machine, { ...recording, inputs: [first, second, backwards, odd] });
    expect(moments.map(({ atMs }) => atMs)).toEqual([first.at, second.at, second.at, second.at + 10]);
    expect(moments.map(({ refused }) => refused)).toEqual([null, null, "out_of_order", "malformed"]);
    expect(states[4]).toBe(states[2]);
  });

  test("may be empty: one picture, of the beginning", () => {
    const timeline = buildTimeline(machine, { ...recording, inputs: [] });
    expect(timeline.moments).toEqual([]);
    expect(indexAt(timeline, timeline.durationMs)).toBe(-1);
    expect(pictureAt(timeline, { index: -1, timeMs: 0 }).state).toBe(timeline.states[0]);
  });
});
