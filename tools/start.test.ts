import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceStamp } from "./build.mjs";

const run = promisify(execFile);
const tools = dirname(fileURLToPath(import.meta.url));

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tallystick-stamp-"));
  for (const folder of ["apps/server/src", "apps/server/dist", "packages", "tools/support"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ["package-lock.json", "tools/build.mjs", "tools/support/catalogues.mjs", "apps/server/src/a.ts"]) {
    put(file, "one");
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

test("an old Node is told in words before anything else happens", async () => {
  const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"18.20.4"}})';
  const refused = await run(process.execPath, ["--import", old, join(tools, "start.mjs")]).then(
    () => null,
    (error: { code: number; stderr: string; stdout: string }) => error,
  );
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused?.stderr).toBe(
    "Node 18.20.4 is too old: Tallystick needs 20.19 or newer. Install a current Node from https://nodejs.org and run this again.\n",
  );
});

test("a changed, new, renamed or deleted source makes the build outdated", () => {
  const stamps = [sourceStamp(root)];
  put("apps/server/src/a.ts", "two");
  stamps.push(sourceStamp(root));
  put("apps/server/src/b.ts", "");
  stamps.push(sourceStamp(root));
  rmSync(join(root, "apps/server/src/b.ts"));
  put("apps/server/src/c.ts", "");
  stamps.push(sourceStamp(root));
  put("package-lock.json", "two");
  stamps.push(sourceStamp(root));
  expect(new Set(stamps).size).toBe(stamps.length);
});

test("outputs, tests and texts leave the build as it is", () => {
  const before = sourceStamp(root);
  put("apps/server/dist/main.mjs", "built");
  put("apps/server/src/a.test.ts", "a test");
  put("apps/server/README.md", "a text");
  expect(sourceStamp(root)).toBe(before);
});
