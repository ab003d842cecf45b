import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GoldenOutcome, GoldenRecording } from "../packages/tasks/src/golden.ts";
import { tasks as released } from "../packages/tasks/src/index.ts";
import { launchChromium } from "./chromium.ts";

const tasks = join(import.meta.dirname, "../packages/tasks/src");
const recordings = readdirSync(tasks, { recursive: true, encoding: "utf8" })
  .filter((path) => /golden[\\/][^\\/]+\.json$/.test(path))
  .map((path) => [path, JSON.parse(readFileSync(join(tasks, path), "utf8")) as GoldenRecording] as const);

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(tasks, "golden.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "golden",
    logLevel: "silent",
  });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.evaluate(`${outputFiles[0]?.text ?? ""}; globalThis.golden = golden;`);
});
afterAll(() => browser.close());

test("there are recordings of every task", () => {
  expect(new Set(recordings.map(([, { task }]) => task))).toEqual(new Set(released.map(({ spec }) => spec.key)));
});

test.each(recordings)("Chromium arrives at the recorded outcome of %s, to the last digit", async (_path, recording) => {
  const outcome = await page.evaluate((given) => {
    const { golden } = globalThis as unknown as { golden: { replayGolden: (recording: unknown) => GoldenOutcome } };
    return golden.replayGolden(given);
  }, recording);
  expect(outcome).toEqual(recording.expected);
});
