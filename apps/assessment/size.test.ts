import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { LANGUAGE_CODES } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "vite";

/** First load with first task and language, and each further task, gzip. */
const FIRST_LOAD_BYTES = 40_000;
const TASK_BYTES = 8_000;
const LANGUAGE_BYTES = 6_000;

const FURTHER_TASKS = ["quick_taps", "statements", "cards", "tower", "number_sense", "balloons", "block_memory"];

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

let folder: string;
let manifest: Readonly<Record<string, Chunk>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-size-"));
  const root = dirname(fileURLToPath(import.meta.url));
  await build({ root, logLevel: "silent", build: { outDir: folder, emptyOutDir: true } });
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as typeof manifest;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A chunk's own file and style, and those of everything it imports at once. */
function filesOf(names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no chunk ${name}`);
    if (seen.has(chunk.file)) continue;
    seen.add(chunk.file);
    for (const css of chunk.css ?? []) seen.add(css);
    filesOf(chunk.imports ?? [], seen);
  }
  return seen;
}

function gzipBytes(files: Iterable<string>): number {
  let sum = 0;
  for (const file of files) sum += gzipSync(readFileSync(join(folder, file))).length;
  return sum;
}

describe("what the phone has to load", () => {
  test.each(LANGUAGE_CODES)("a language is at most 6 kB gzip: %s", (language) => {
    const chunk = manifest[`src/i18n/${language}.json`];
    expect(chunk?.imports ?? []).toEqual([]);
    expect(gzipBytes([chunk?.file ?? ""])).toBeLessThanOrEqual(LANGUAGE_BYTES);
  });

  test.each(LANGUAGE_CODES)("first load with the first task in %s is at most 40 kB gzip", (language) => {
    const files = filesOf(["index.html", `src/i18n/${language}.json`, "src/tasks/money_choices/view.tsx"]);
    expect(files.size).toBeGreaterThanOrEqual(4);
    expect(gzipBytes(files)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  });

  test.each(FURTHER_TASKS)("a further task is at most 8 kB gzip, its style included: %s", (task) => {
    const first = filesOf(["index.html", "src/i18n/en.json", "src/tasks/money_choices/view.tsx"]);
    const more = [...filesOf([`src/tasks/${task}/view.tsx`])].filter((file) => !first.has(file));
    expect(more.length).toBeGreaterThanOrEqual(1);
    expect(gzipBytes(more)).toBeLessThanOrEqual(TASK_BYTES);
  });

  test("the page that plays recordings back costs the applicant no byte but its name", () => {
    const first = filesOf(["index.html", "src/i18n/en.json", "src/tasks/money_choices/view.tsx"]);
    const [page = "", ...more] = [...filesOf(["src/playback/playback-page.tsx"])].filter((file) => !first.has(file));
    expect(readFileSync(join(folder, page), "utf8")).toContain("Waiting for a recording");
    const text = [...first].map((file) => readFileSync(join(folder, file), "utf8")).join("");
    expect(text).not.toMatch(/Waiting for a recording|stage-box/);
    expect(gzipBytes([page, ...more])).toBeLessThanOrEqual(TASK_BYTES);
  });

  test("what only the server renders is in no file of the app", () => {
    expect(Object.keys(manifest).filter((name) => name.includes("i18n/pages"))).toEqual([]);
    const text = [...filesOf(Object.keys(manifest))].map((file) => readFileSync(join(folder, file), "utf8")).join("");
    expect(text).toContain("Ahora o más tarde");
    expect(text).not.toContain("Qué registramos");
  });

  test("only the used language travels", () => {
    const files = [...filesOf(["index.html", "src/i18n/en.json", "src/tasks/money_choices/view.tsx"])];
    const text = files.map((file) => readFileSync(join(folder, file), "utf8")).join("");
    expect(text).toContain("Now or later");
    expect(text).not.toContain("Ahora o más tarde");
  });

  test("validation libraries and simulated players stay at home", () => {
    const text = [...filesOf(Object.keys(manifest))].map((file) => readFileSync(join(folder, file), "utf8")).join("");
    expect(text).not.toMatch(/ZodError|straight_alternating/);
  });
});
