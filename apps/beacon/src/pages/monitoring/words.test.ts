import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { flagSentence, languageName, taskName, traitName } from "./words.ts";

const ROOT = join(import.meta.dirname, "../../../../..");

test("every task is called here as in its documentation", () => {
  const files = readdirSync(join(ROOT, "docs/tasks"));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const [, name, key = ""] = /^# (.+) \(`(\w+)`/.exec(readFileSync(join(ROOT, "docs/tasks", file), "utf8")) ?? [];
    expect(taskName(key), file).toBe(name);
  }
});

test("every signal and trait of the shipped model has words, and signals the model's own", () => {
  const file = join(ROOT, "packages/scoring/src/models/standard-1.0.json");
  const model = JSON.parse(readFileSync(file, "utf8")) as {
    readonly signals: Readonly<Record<string, { readonly text: string }>>;
    readonly traits: readonly { readonly key: string }[];
  };
  for (const [key, { text }] of Object.entries(model.signals)) expect(flagSentence(key)).toBe(text);
  expect(new Set(model.traits.map(({ key }) => traitName(key))).size).toBe(model.traits.length);
});

test("what this page does not know is shown by its key and breaks nothing", () => {
  expect(taskName("new_task")).toBe("New task");
  expect(languageName("sw")).toBe("Swahili");
  expect(languageName("not a language")).toBe("not a language");
});
