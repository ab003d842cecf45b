import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * dependency-cruiser that sees nothing reports success. So each rule gets a violation planted in a small tree of its
 * own, shaped like this repository, and must report it; and what the rules allow must stay silent.
 */
const root = dirname(import.meta.dirname);
const server = "apps/server/src";

interface Plant {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** The import line; by default a relative one that takes a value. */
  readonly line?: string;
}

const PLANTS: readonly Plant[] = [
  { rule: "no-circle", from: `${server}/features/audit/left.ts`, to: `${server}/features/audit/right.ts` },
  { rule: "not-found", from: `${server}/features/audit/service.ts`, to: "nowhere", line: 'import "./nowhere.ts";' },
  { rule: "http-knows-no-start", from: `${server}/http/app.ts`, to: `${server}/start/serve.ts` },
  { rule: "features-know-no-http", from: `${server}/features/users/service.ts`, to: `${server}/http/auth.ts` },
  { rule: "infra-knows-no-features", from: `${server}/infra/clock.ts`, to: `${server}/features/users/service.ts` },
  { rule: "config-knows-nobody", from: `${server}/config.ts`, to: `${server}/http/auth.ts` },
  {
    rule: "feature-only-through-its-service",
    from: `${server}/features/sessions/service.ts`,
    to: `${server}/features/deployments/store.ts`,
  },
  {
    rule: "http-and-start-enter-by-the-door",
    from: `${server}/start/report.ts`,
    to: `${server}/features/deployments/store.ts`,
  },
  {
    rule: "routes-never-touch-the-store",
    from: `${server}/features/deployments/routes.ts`,
    to: `${server}/features/deployments/store.ts`,
  },
  {
    rule: "service-knows-no-routes",
    from: `${server}/features/links/service.ts`,
    to: `${server}/features/links/routes.ts`,
  },
  {
    rule: "store-knows-no-service",
    from: `${server}/features/links/store.ts`,
    to: `${server}/features/models/service.ts`,
  },
  {
    rule: "store-knows-no-contract",
    from: `${server}/features/sessions/store.ts`,
    to: "packages/contract/src/index.ts",
    line: 'import type { X } from "@tallystick/contract"; export type Y = X;',
  },
  { rule: "server-imports-no-app", from: `${server}/http/pages.ts`, to: "apps/assessment/src/main.ts" },
  {
    rule: "app-imports-no-server",
    from: "apps/assessment/src/screen.tsx",
    to: `${server}/infra/plain.ts`,
    line: `import * as taken from "../../../${server}/infra/plain.ts"; export const screen = <p>{taken}</p>;`,
  },
  { rule: "app-imports-no-server", from: "apps/assessment/src/peek.ts", to: `${server}/infra/plain.ts` },
  { rule: "packages-import-no-app", from: "packages/client/src/peek.ts", to: `${server}/infra/plain.ts` },
  { rule: "tasks-stand-alone", from: "packages/tasks/src/disk.ts", to: "fs", line: 'import "node:fs";' },
  { rule: "scoring-stands-alone", from: "packages/scoring/src/peek.ts", to: "packages/tasks/src/index.ts" },
  {
    rule: "simulation-takes-tasks-and-scoring",
    from: "packages/simulation/src/disk.ts",
    to: "fs",
    line: 'import "node:fs";',
  },
  {
    rule: "simulation-takes-tasks-and-scoring",
    from: "packages/simulation/src/shape.ts",
    to: "packages/contract/src/index.ts",
    line: 'import "@tallystick/contract";',
  },
  { rule: "tasks-stand-alone", from: "packages/tasks/src/people.ts", to: "packages/simulation/src/index.ts" },
  { rule: "contract-stands-alone", from: "packages/contract/src/disk.ts", to: "fs", line: 'import "node:fs";' },
  { rule: "client-has-no-dependency", from: "packages/client/src/shape.ts", to: "zod", line: 'import "zod";' },
  {
    rule: "tests-of-pure-rooms-stay-pure",
    from: "packages/tasks/src/machine.test.ts",
    to: "packages/contract/src/index.ts",
    line: 'import "@tallystick/contract";',
  },
  {
    rule: "assessment-knows-no-scoring",
    from: "apps/assessment/src/score.ts",
    to: "packages/scoring/src/index.ts",
  },
  {
    rule: "assessment-takes-only-machines",
    from: "apps/assessment/src/guess.ts",
    to: "packages/tasks/src/money_choices/v1/players.ts",
  },
  { rule: "acceptance-is-a-black-box", from: "acceptance/peek.test.ts", to: `${server}/infra/plain.ts` },
  { rule: "nobody-imports-tests", from: `${server}/infra/fake.ts`, to: `${server}/testing/harness.ts` },
  {
    rule: "no-development-dependency-in-the-product",
    from: `${server}/infra/tool.ts`,
    to: "fast-check",
    line: 'import "fast-check";',
  },
  ...[
    ["links", "trace"],
    ["sessions", "assessment"],
    ["webhooks", "sessions"],
    ["companies", "deployments"],
  ].map(([from, to]) => ({
    rule: `floor-${from}-looks-up`,
    from: `${server}/features/${from}/reach.ts`,
    to: `${server}/features/${to}/service.ts`,
  })),
];

/** Looks close to a violation and is none. */
const ALLOWED: readonly Omit<Plant, "rule">[] = [
  { from: `${server}/features/assessment/service.ts`, to: `${server}/features/sessions/lifecycle.ts` },
  { from: `${server}/features/deployments/service.ts`, to: `${server}/features/deployments/store.ts` },
  { from: `${server}/start/serve.ts`, to: `${server}/features/deployments/routes.ts` },
  {
    from: "apps/assessment/src/types.ts",
    to: "packages/contract/src/index.ts",
    line: 'import type { X } from "@tallystick/contract"; export type Y = X;',
  },
  { from: "apps/assessment/src/draw.ts", to: "packages/tasks/src/money_choices/v1/machine.ts" },
  { from: "packages/simulation/src/play.ts", to: "packages/tasks/src/index.ts" },
  { from: "packages/simulation/src/judge.ts", to: "packages/scoring/src/index.ts" },
  { from: "packages/tasks/src/own.test.ts", to: "fast-check", line: 'import "fast-check";' },
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let folder = "";
let violations: readonly Violation[] = [];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: "a" });
}

function relativeImport(from: string, to: string): string {
  const up = "../".repeat(from.split("/").length - 1);
  return `import * as taken from "./${up}${to}"; export const kept = taken;`;
}

function plant({ from, to, line }: Omit<Plant, "rule">): void {
  write(from, `${line ?? relativeImport(from, to)}\n`);
  if (line === undefined) write(to, "");
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tallystick-arrows-")));
  write("package.json", JSON.stringify({ name: "t", type: "module", devDependencies: { "fast-check": "1.0.0" } }));
  write("apps/server/package.json", JSON.stringify({ name: "server", dependencies: { zod: "1.0.0" } }));
  for (const name of ["zod", "fast-check"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", exports: "./index.js" }));
    write(`node_modules/${name}/index.js`, "export {};");
  }
  mkdirSync(join(folder, "node_modules/@tallystick"));
  for (const name of ["contract", "tasks", "scoring", "simulation", "client"]) {
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@tallystick/${name}`, exports: "./src/index.ts" }));
    write(`packages/${name}/src/index.ts`, "export const value = 1; export type X = string;");
    symlinkSync(join("../../packages", name), join(folder, "node_modules/@tallystick", name));
  }
  for (const entry of [...PLANTS, ...ALLOWED]) plant(entry);
  write(
    `${server}/features/audit/right.ts`,
    relativeImport(`${server}/features/audit/right.ts`, `${server}/features/audit/left.ts`),
  );
  violations = cruise();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cruise(): readonly Violation[] {
  const output = execFileSync(process.execPath, [join(root, "tools/arrows.mjs"), "--json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

describe("a planted violation is reported", () => {
  test.each(PLANTS)("$rule", ({ rule, from }) => {
    expect(violations.filter((found) => found.from === from).map((found) => found.rule.name)).toContain(rule);
  });

  test("every rule has a violation planted", async () => {
    const config = (await import(join(root, ".dependency-cruiser.mjs"))) as {
      default: { forbidden: readonly { name: string }[] };
    };
    expect([...new Set(PLANTS.map((entry) => entry.rule))].toSorted()).toEqual(
      config.default.forbidden.map((rule) => rule.name).toSorted(),
    );
  });
});

test.each(ALLOWED)("$from may use $to", ({ from }) => {
  expect(violations.filter((found) => found.from === from)).toEqual([]);
});
