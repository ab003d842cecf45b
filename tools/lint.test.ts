import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The lint rules that carry the architecture, proved by planting what they forbid. */
const root = dirname(import.meta.dirname);

const MACHINE = "packages/tasks/src/planted/v1/machine.ts";

const PLANTS: readonly { readonly rule: string; readonly file: string; readonly code: string }[] = [
  { rule: "no-restricted-properties", file: MACHINE, code: "export const a = Math.log(2);" },
  { rule: "no-restricted-properties", file: MACHINE, code: "export const a = Math.exp(2);" },
  { rule: "no-restricted-properties", file: MACHINE, code: "export const a = Math.pow(2, 3);" },
  { rule: "no-restricted-properties", file: MACHINE, code: "export const a = Math.sin(2);" },
  { rule: "no-restricted-properties", file: MACHINE, code: "export const a = Math.random();" },
  { rule: "no-restricted-properties", file: MACHINE, code: 'export const a = "a".localeCompare("b");' },
  { rule: "no-restricted-globals", file: MACHINE, code: "export const a = Date.now();" },
  { rule: "no-restricted-globals", file: MACHINE, code: "export const a = new Intl.Collator();" },
  ...["tasks", "scoring", "simulation"].flatMap((room) => {
    const file = `packages/${room}/src/planted/metrics.ts`;
    return [
      { rule: "no-restricted-properties", file, code: "export const a = Math.random();" },
      { rule: "no-restricted-properties", file, code: "export const a = (5000).toLocaleString();" },
      { rule: "no-restricted-globals", file, code: "export const a = new Date();" },
      { rule: "no-restricted-globals", file, code: "export const a = performance.now();" },
      { rule: "no-restricted-globals", file, code: "export const a = process.env;" },
    ];
  }),
  {
    rule: "no-restricted-globals",
    file: "apps/server/src/features/a/service.ts",
    code: "export const a = process.pid;",
  },
  { rule: "no-console", file: "apps/server/src/features/a/service.ts", code: 'console.log("x");' },
  { rule: "no-explicit-any", file: "packages/client/src/a.ts", code: "export const a: any = 1;" },
  { rule: "no-non-null-assertion", file: "packages/client/src/a.ts", code: "export const a = [1][0]!;" },
  {
    rule: "no-floating-promises",
    file: "packages/client/src/a.ts",
    code: "async function f() {}\nexport function g() { f(); }",
  },
  { rule: "no-default-export", file: "packages/client/src/a.ts", code: "export default 1;" },
  {
    rule: "no-focused-tests",
    file: "packages/client/src/a.test.ts",
    code: 'import { test } from "vitest"; test.only("a", () => {});',
  },
  {
    rule: "no-restricted-imports",
    file: "apps/assessment/src/a.ts",
    code: 'import { ERRORS } from "@tallystick/contract"; export const a = ERRORS;',
  },
  {
    rule: "no-restricted-imports",
    file: "apps/beacon/src/a.ts",
    code: 'import { GET_ME } from "@tallystick/contract"; export const a = GET_ME;',
  },
];

const ALLOWED: readonly { readonly file: string; readonly code: string }[] = [
  { file: MACHINE, code: "export const a = Math.imul(2, 3) + Math.floor(2.5) + Math.round(2.5) + Math.sqrt(2);" },
  { file: "packages/scoring/src/planted/metrics.ts", code: "export const a = Math.log(2) + Math.exp(2);" },
  { file: "packages/scoring/src/testing/facts.ts", code: "export const a: string | undefined = typeof process;" },
  { file: "apps/server/src/start/serve.ts", code: "export const a: string | undefined = typeof process;" },
  {
    file: "apps/assessment/src/a.ts",
    code: 'import type { Grant } from "@tallystick/contract"; export type A = Grant;',
  },
];

let folder = "";
let findings: readonly string[] = [];

/** Each plant has a folder of its own, so that one run of the linter serves all. */
function place(file: string, index: number, kind: string): string {
  return file.replace(/([^/]+)$/, `${kind}${index}/$1`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-lint-"));
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { strict: true }, include: ["**/*.ts"] }),
  );
  PLANTS.forEach(({ file, code }, index) => write(place(file, index, "planted"), code));
  ALLOWED.forEach(({ file, code }, index) => write(place(file, index, "allowed"), code));
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/.bin/oxlint"), "--type-aware", "--deny-warnings", "--format=unix"],
    { cwd: folder, encoding: "utf8", env: withTypeChecker() },
  );
  findings = stdout.split("\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, code: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${code}\n`);
}

/** The type checker lies beside the linter, not beside the planted file. */
function withTypeChecker(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
}

test.each(PLANTS.map((plant, index) => ({ ...plant, at: place(plant.file, index, "planted") })))(
  "$rule refuses: $code",
  ({ rule, at }) => {
    expect(findings.filter((line) => line.startsWith(at)).join("\n")).toContain(`(${rule})`);
  },
);

test.each(ALLOWED.map((allowed, index) => ({ ...allowed, at: place(allowed.file, index, "allowed") })))(
  "lint allows: $code",
  ({ at }) => {
    expect(findings.filter((line) => line.startsWith(at))).toEqual([]);
  },
);
