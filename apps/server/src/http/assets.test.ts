import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { keepAssets } from "./assets.ts";

const folder = mkdtempSync(join(tmpdir(), "tallystick-assets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(name: string, files: Record<string, string>): string {
  const assets = join(folder, name, "assets");
  mkdirSync(assets, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(assets, file), text);
  return assets;
}

test("files of an earlier build stay beside those of the new one", () => {
  const data = join(folder, "data");
  keepAssets(build("first", { "app-1.js": "one", "style-1.css": "same" }), data);
  const second = build("second", { "app-2.js": "two", "style-1.css": "same" });
  expect(keepAssets(second, data)).toEqual([second, join(data, "assets")]);
  expect(readdirSync(join(data, "assets")).toSorted()).toEqual(["app-1.js", "app-2.js", "style-1.css"]);
  expect(readFileSync(join(data, "assets", "app-1.js"), "utf8")).toBe("one");
});

test("without a build and without a data folder there is nothing to serve", () => {
  expect(keepAssets(join(folder, "nowhere"), "")).toEqual([]);
});
