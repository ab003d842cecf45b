import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installProblem, nodeProblem, run, seconds } from "./prerequisites.mjs";

describe("the running Node", () => {
  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("%s is new enough", (version) => {
    expect(nodeProblem(version)).toBeNull();
  });

  test.each(["18.20.4", "20.18.3", "16.0.0"])("%s is refused with what to do", (version) => {
    expect(nodeProblem(version)).toMatch(/too old.*20\.19.*nodejs\.org/);
  });
});

describe("installed packages", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tallystick-install-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, value: unknown): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(value));
  };
  const lock = (packages: Readonly<Record<string, unknown>>): void => write("package-lock.json", { packages });
  const installed = (packages: Readonly<Record<string, unknown>>): void => {
    write("node_modules/.package-lock.json", { packages });
    for (const path of Object.keys(packages)) write(`${path}/package.json`, {});
  };

  test("a fresh clone has nothing installed", () => {
    lock({ "node_modules/a": { version: "1.0.0" } });
    expect(installProblem(folder)).toMatch(/nothing is installed/);
  });

  test("what fits the lock file is left alone, packages of other platforms included", () => {
    lock({
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b-mac": { version: "1.0.0", optional: true },
    });
    installed({ "node_modules/a": { version: "1.0.0" } });
    expect(installProblem(folder)).toBeNull();
  });

  test("another version, a missing package and a deleted folder are noticed", () => {
    lock({ "node_modules/a": { version: "2.0.0" } });
    installed({ "node_modules/a": { version: "1.0.0" } });
    expect(installProblem(folder)).toMatch(/a 2\.0\.0 is not installed/);
    installed({ "node_modules/a": { version: "2.0.0" } });
    rmSync(join(folder, "node_modules/a"), { recursive: true });
    expect(installProblem(folder)).toMatch(/deleted/);
  });
});

test("a program that does not exist has an exit code, not an exception", async () => {
  expect((await run("/nonexistent/program", [])).code).toBe(127);
});

test("a program's words and exit code come back", async () => {
  const code = "console.log('out'); console.error('err'); process.exit(3)";
  const result = await run(process.execPath, ["-e", code]);
  expect(result.code).toBe(3);
  expect(result.output).toContain("out");
  expect(result.output).toContain("err");
});

test.each([
  [900, "0.9 s"],
  [61_000, "1 min 1 s"],
  [119_600, "2 min 0 s"],
])("%i ms reads as %s", (ms, text) => {
  expect(seconds(ms)).toBe(text);
});
