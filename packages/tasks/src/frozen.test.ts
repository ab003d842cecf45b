import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { GoldenRecording } from "./golden.ts";
import { batteries, findTask, tasks } from "./registry.ts";
import { replay } from "./replay.ts";

/**
 * What was released stays as it was, for stored sessions are scored again with it in years. A hash that no longer fits is
 * never replaced: the change becomes a new version of the task, or a new battery.
 */

const BATTERIES: Readonly<Record<string, string>> = {
  "preview-1": "8e922fdc9518d9f8",
  "standard-1": "a9d6dfe21d0c7eb9",
  "extended-1": "e9450163eb346164",
};

const METRICS: Readonly<Record<string, string>> = {
  "money_choices/1": "e35a6117129a7b28",
  "quick_taps/1": "d29abbf98d57a357",
  "statements/1": "0e1245f25825921e",
  "cards/1": "e5fcdb6e0ec6b495",
  "tower/1": "10dbde463111d450",
  "number_sense/1": "2fbc8b6a5cb94f76",
  "balloons/1": "17f359423cdd0173",
  "block_memory/1": "f1eace15f0529cc8",
};

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

describe("released batteries", () => {
  test.each(batteries.map((battery) => [battery.version, battery] as const))(
    "%s has the tasks, order and parameters it was released with",
    (version, { tasks: pinned, requiredMetrics }) => {
      const parameters = pinned.map(({ key, version: taskVersion }) => findTask(key, taskVersion)?.spec.parameters);
      expect(hashOf({ pinned, requiredMetrics, parameters })).toBe(BATTERIES[version]);
    },
  );
});

describe("released tasks", () => {
  test.each(tasks.map((task) => [`${task.spec.key}/${String(task.spec.version)}`, task] as const))(
    "%s measures every golden recording as it did when it was released",
    (name, definition) => {
      const folder = new URL(`./${definition.spec.key}/v${String(definition.spec.version)}/golden/`, import.meta.url);
      const measured = readdirSync(folder)
        .filter((file) => file.endsWith(".json"))
        .sort()
        .map((file) => {
          const recording = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as GoldenRecording;
          return [file, replay(definition, recording).metrics] as const;
        });
      expect(hashOf(measured)).toBe(METRICS[name]);
    },
  );
});
