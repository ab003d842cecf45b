import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { buildServer } from "./build.mjs";

const BUILDS = 12;
const LARGE = 4_000_000;

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tallystick-build-"));
  mkdirSync(join(root, "apps/server/src/start"), { recursive: true });
  writeFileSync(join(root, "apps/server/package.json"), JSON.stringify({ dependencies: {} }));
  writeFileSync(join(root, "apps/server/src/start/simulate-worker.ts"), "export {};\n");
});
afterEach(() => rmSync(root, { recursive: true }));

function putProgram(letter: string): void {
  writeFileSync(join(root, "apps/server/src/start/main.ts"), `export const main = "${letter.repeat(LARGE)}";\n`);
}

test("who starts while another process builds finds a whole program, the old one or the new one", async () => {
  putProgram("a");
  await buildServer(root);
  const program = join(root, "apps/server/dist/main.mjs");
  const sizes = new Set([statSync(program).size]);
  let isBuilding = true;
  const builds = (async () => {
    for (let build = 1; build <= BUILDS; build += 1) {
      putProgram(build % 2 === 0 ? "a" : "b");
      await buildServer(root);
    }
  })().finally(() => (isBuilding = false));
  while (isBuilding) {
    sizes.add(statSync(program).size);
    await turn();
  }
  await builds;
  expect([...sizes]).toHaveLength(1);
  expect([...sizes][0]).toBeGreaterThan(LARGE);
});
