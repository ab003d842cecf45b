import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

import { FLAGS } from "./flag-names.ts";

test("every signal of the shipped model can be filtered by, under a name of its own", () => {
  const file = path.join(import.meta.dirname, "../../../../../packages/scoring/src/models/standard-1.0.json");
  const { signals } = JSON.parse(readFileSync(file, "utf8")) as { readonly signals: Readonly<Record<string, unknown>> };
  const known = FLAGS.map(({ value }): string => value);
  expect(Object.keys(signals).filter((key) => !known.includes(key))).toEqual([]);
  expect(new Set(FLAGS.map(({ label }) => label)).size).toBe(FLAGS.length);
});
