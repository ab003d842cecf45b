import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ERRORS } from "@tallystick/contract";
import { describe, expect, test } from "vitest";
import { bareCode, findLines, literals, readJson, root, textFiles, trackedPaths } from "./tools/support/repository.ts";

/** Rules of the house that no tool checks. */

interface Manifest {
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

const CODE = /\.(ts|tsx|mjs|css)$/;
const TEST = /(\.test\.tsx?$|\/testing\/|^acceptance\/|^e2e\/)/;
const THIS = "safety.test.ts";
const code = textFiles(CODE);
const product = code.filter(({ path }) => /^(apps|packages)\//.test(path) && !TEST.test(path));
const everything = textFiles().filter(({ path }) => path !== "package-lock.json" && path !== THIS);

describe("files", () => {
  test("no source file is longer than 400 lines", () => {
    const long = code.filter(({ text }) => text.split("\n").length > 401).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  test("file names are kebab-case, components PascalCase, tasks as their key", () => {
    const odd = code
      .map(({ path }) => path.split("/").at(-1) ?? "")
      .filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)*\.(ts|tsx|mjs|css)$/.test(name))
      .filter((name) => !/^[A-Z][A-Za-z0-9]*(\.test)?\.tsx$/.test(name) && name !== ".dependency-cruiser.mjs");
    expect(odd).toEqual([]);
  });

  test("nothing is left to be done later", () => {
    expect(findLines(everything, /\b(TODO|FIXME|XXX|HACK)\b/).filter((line) => !line.startsWith(".oxlintrc"))).toEqual(
      [],
    );
  });

  test("no path of a machine and no package registry stands in a file", () => {
    const places = /(^|[\s"'`(=])\/(work|root|home\/[a-z]+|Users\/[A-Za-z]+|tmp\/[a-z]+-)\//;
    const registries = /registry\.npm|registry\.yarn|npmmirror|artifactory|verdaccio|:4873/i;
    expect(findLines(everything, places)).toEqual([]);
    expect(findLines(textFiles(), registries).filter((line) => !line.startsWith(THIS))).toEqual([]);
    expect(findLines(textFiles(/^package-lock\.json$/), /"resolved": "http/)).toEqual([]);
  });

  test("the other product is named only where compatibility is described", () => {
    const allowed = /^(docs\/|README\.md|CHANGELOG\.md|ARCHITECTURE\.md)/;
    expect(
      findLines(
        everything.filter(({ path }) => !allowed.test(path)),
        /begini/i,
      ),
    ).toEqual([]);
  });

  test("a switched-off lint or type rule says why beside it", () => {
    const silent = findLines(code, /(oxlint|eslint)-disable(?!.* -- \S)/);
    const untold = findLines(code, /@ts-(expect-error|ignore|nocheck)\s*$/);
    expect([...silent, ...untold].filter((line) => !line.startsWith(THIS))).toEqual([]);
  });
});

describe("code", () => {
  test("process is read in start/ only, also when imported", () => {
    const server = product.filter(({ path }) => path.startsWith("apps/server/") && !path.includes("/start/"));
    expect(findLines(server, /from "(node:)?process"|globalThis\.process|import\.meta\.env/)).toEqual([]);
  });

  test("machines, specs and the random generator calculate without powers", () => {
    const pure = product.filter(({ path }) =>
      /^packages\/tasks\/.*(machine|machine-kit|plan|spec|prng|replay)\.ts$/.test(path),
    );
    expect(pure.length).toBeGreaterThanOrEqual(5);
    const offenders = pure.filter(({ text }) => /\*\*|Math\s*\[|Math\s*[,;)}]|=\s*Math\b(?!\.)/.test(bareCode(text)));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  test("tasks and scoring use no clock, randomness or I/O", () => {
    const pure = product.filter(({ path }) => /^packages\/(tasks|scoring)\/src\//.test(path));
    const offenders = pure.flatMap(({ path, text }) =>
      findLines(
        [{ path, text: bareCode(text) }],
        /\b(Math\.random|Date\b|performance\.now|crypto\.|fetch\(|setTimeout|process\b)/,
      ),
    );
    expect(offenders).toEqual([]);
  });

  test("no test is focused, and a skipped one says aloud why", () => {
    const tests = textFiles(/\.test\.tsx?$/).filter(({ path }) => path !== THIS && !path.startsWith("tools/lint"));
    expect(findLines(tests, /\b(test|it|describe)\.(only|todo|fails)\b/)).toEqual([]);
    expect(findLines(tests, /\b(test|it|describe)\.skip\(/)).toEqual([]);
    const quiet = tests.filter(({ text }) => /\.(skipIf|runIf)\(/.test(text) && !/skipped|needsOwnServer/i.test(text));
    expect(quiet.map(({ path }) => path)).toEqual([]);
  });

  test("no module is mocked", () => {
    expect(
      findLines(
        textFiles(/\.test\.tsx?$/).filter(({ path }) => path !== THIS),
        /\bvi\.(mock|doMock|hoisted)\(/,
      ),
    ).toEqual([]);
  });
});

/**
 * Tables whose rows belong to a company, read from the migrations. Directories answer before the company is known;
 * dispatch_due answers which company has work.
 */
function companyTables(): readonly string[] {
  const sql = textFiles(/^db\/migrations\/.*\.sql$/)
    .map(({ text }) => text)
    .join("\n");
  return [...sql.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\);/g)]
    .filter(([, name, body]) => /\bcompany_id\b/.test(body ?? "") && !/_directory$|^dispatch_due$/.test(name ?? ""))
    .map(([, name]) => name ?? "");
}

describe("store", () => {
  test("every statement on a company's table names company_id", () => {
    const tables = companyTables();
    expect(tables).toContain("sessions");
    expect(tables).not.toContain("link_directory");
    const uses = new RegExp(String.raw`\b(FROM|INTO|UPDATE|JOIN)\s+(${tables.join("|")})\b`);
    const statements = product
      .filter(({ path }) => path.startsWith("apps/server/"))
      .flatMap(({ path, text }) => literals(text).map((statement) => ({ path, statement })))
      .filter(({ statement }) => uses.test(statement));
    expect(statements.length).toBeGreaterThan(10);
    const nameless = statements.filter(({ statement }) => !/\bcompany_id\b/.test(statement));
    expect(nameless.map(({ path, statement }) => `${path}: ${statement.slice(0, 120)}`)).toEqual([]);
  });

  test("statements stand in stores, infrastructure and commands only", () => {
    const sql = /\b(SELECT\s[\s\S]*\sFROM|INSERT INTO|UPDATE\s+\w+\s+SET|DELETE FROM)\s/;
    const elsewhere = product
      .filter(({ path }) => path.startsWith("apps/server/src/features/") && !path.endsWith("store.ts"))
      .filter(({ text }) => literals(text).some((statement) => sql.test(statement)));
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });
});

describe("errors", () => {
  const codes = Object.keys(ERRORS);

  test.each(codes)("%s is answered somewhere", (name) => {
    const answering = product.filter(({ path }) => /^apps\/server\/src\/(?!http\/docs\/)/.test(path));
    expect(answering.filter(({ text }) => text.includes(`"${name}"`)).map(({ path }) => path)).not.toEqual([]);
  });

  test.each(codes)("%s says how to mend it", (name) => {
    const spec = ERRORS[name as keyof typeof ERRORS];
    expect(spec.title).toMatch(/^[A-Z].{8,}[^.]$/);
    expect(spec.mend).toMatch(/^[A-Z][\s\S]{15,}$/);
  });

  test("every code that is thrown stands in the table", () => {
    const thrown = product
      .filter(({ path }) => path.startsWith("apps/server/"))
      .flatMap(({ text }) => [...text.matchAll(/\bfail\(\s*"([a-z_]+)"/g)].map(([, name]) => name ?? ""));
    expect(thrown.filter((name) => !codes.includes(name))).toEqual([]);
  });
});

describe("packages", () => {
  const manifests = trackedPaths().filter((path) => /(^|\/)package\.json$/.test(path));
  const external = (path: string): readonly string[] =>
    Object.keys(readJson<Manifest>(path).dependencies ?? {}).filter((name) => !name.startsWith("@tallystick/"));

  test("run-time dependencies stay inside their budget", () => {
    expect(external("apps/server/package.json").length).toBeLessThanOrEqual(24);
    expect(external("apps/assessment/package.json").length).toBeLessThanOrEqual(2);
    for (const name of ["tasks", "scoring", "client"]) expect(external(`packages/${name}/package.json`)).toEqual([]);
    expect(external("packages/contract/package.json")).toEqual(["zod"]);
  });

  test("versions are exact", () => {
    const loose = manifests.flatMap((path) => {
      const { dependencies = {}, devDependencies = {} } = readJson<Manifest>(path);
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
    expect(loose).toEqual([]);
  });

  test("the root names the oldest Node, and no package may run a script when installed", () => {
    const manifest = readJson<Manifest>("package.json");
    expect(manifest.engines?.node).toBe(">=20.19");
    expect(Object.values(manifest.allowScripts ?? {}).filter((allowed) => allowed)).toEqual([]);
  });

  test("lock file and installed packages cover every platform", () => {
    const lock = readJson<{ packages: Record<string, { optionalDependencies?: Record<string, string> }> }>(
      "package-lock.json",
    );
    const missing = Object.values(lock.packages)
      .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
      .filter((name) => !Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`)));
    expect(missing).toEqual([]);
  });
});

describe("shared reference data", () => {
  const folder = process.env["TALLYSTICK_SHARED_DATA"] ?? join(root, "..", "shared", "data");
  const present = existsSync(folder);
  if (!present) console.warn(`SKIPPED: comparison with the shared reference data (no folder ${folder}).`);

  test.skipIf(!present)("is never copied into the repository", () => {
    const fingerprint = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
    const shared = new Set(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => fingerprint(join(entry.parentPath, entry.name))),
    );
    expect(shared.size).toBeGreaterThan(5);
    expect(trackedPaths().filter((path) => shared.has(fingerprint(join(root, path))))).toEqual([]);
  });
});
