import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type GoldenRecording, replayGolden } from "./golden.ts";
import { tasks } from "./registry.ts";

describe.each(tasks.map((task) => [task.spec.key, task.spec.version] as const))("%s v%i", (key, version) => {
  const folder = new URL(`./${key}/v${version}/golden/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

  test("has recordings of several ways to play", () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
  });

  test.each(names)("recording %s replays to the last digit as it was stored", (name) => {
    const recording = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as GoldenRecording;
    expect(replayGolden(recording)).toEqual(recording.expected);
    expect(recording.expected.complete).toBe(true);
  });
});

test("a recording of an unknown task version is named, not passed", () => {
  const recording = { task: "money_choices", version: 99, player: "", seed: "", parameters: {}, inputs: [] };
  expect(() => replayGolden(recording)).toThrow("money_choices version 99");
});
