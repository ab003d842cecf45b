import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "vite";

/** Everything a page needs before it shows data: the start, the frame, and the page's own part; gzip. */
const FIRST_LOAD_BYTES = 200_000;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

let folder: string;
let manifest: Readonly<Record<string, Chunk>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-beacon-"));
  const root = dirname(fileURLToPath(import.meta.url));
  await build({ root, logLevel: "silent", build: { outDir: folder, emptyOutDir: true } });
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as typeof manifest;
}, 60_000);
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

test("the first load of every page of the dashboard stays within 200 kB gzip", () => {
  const pages = Object.keys(manifest).filter((name) => /^src\/pages\/.*-page\.tsx$/.test(name));
  expect(pages.length).toBeGreaterThan(10);
  for (const page of pages) {
    const files = filesOf(["index.html", "src/frame/shell.tsx", page]);
    const bytes = [...files].reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
      0,
    );
    expect(bytes, `${page}: ${bytes} bytes`).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  }
});
