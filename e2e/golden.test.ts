import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tasks } from "@tallystick/tasks";
import type { GoldenOutcome, GoldenRecording } from "@tallystick/tasks/golden";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { findBrowser } from "../tools/support/prerequisites.mjs";

declare global {
  /** Set by the bundle that the test adds to an empty page. */
  var golden: { replayGolden(recording: GoldenRecording): GoldenOutcome };
}

const root = fileURLToPath(new URL("..", import.meta.url));

function recordings(): GoldenRecording[] {
  return tasks.flatMap(({ spec }) => {
    const folder = `${root}packages/tasks/src/${spec.key}/v${spec.version}/golden/`;
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(folder + name, "utf8")) as GoldenRecording);
  });
}

test("every golden recording replays in Chromium to the last digit as on the server", async () => {
  const entryPoints = [`${root}packages/tasks/src/golden.ts`];
  const bundle = await build({ entryPoints, bundle: true, format: "iife", globalName: "golden", write: false });
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("No Chrome or Chromium was found; CHROMIUM names one by path");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? "" });
    for (const recording of recordings()) {
      const outcome = await page.evaluate((stored) => globalThis.golden.replayGolden(stored), recording);
      expect(outcome).toEqual(recording.expected);
    }
  } finally {
    await browser.close();
  }
});
