#!/usr/bin/env node
// `npm run build`: the server's bundle, the applicant's app and the dashboard. `ensureBuilt` does it only when a source has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { catalogueFaults } from "./support/catalogues.mjs";
import { run, seconds } from "./support/prerequisites.mjs";

const STAMP = "apps/server/dist/.stamp";
const OUTPUTS = [
  "apps/server/dist/main.mjs",
  "apps/server/dist/simulate-worker.mjs",
  "apps/assessment/dist/index.html",
  "apps/beacon/dist/index.html",
];
const SOURCES = ["apps", "packages", "package-lock.json", "tools/build.mjs", "tools/support/catalogues.mjs"];
const SKIPPED = new Set(["node_modules", "dist", "testing", "artifacts"]);

// A session may stay open for 10 000 hours, and a page opened before an upgrade asks for the files it was built with.
const KEPT_ASSETS_MS = 430 * 24 * 3_600_000;

/** sha256 over the names and contents of everything that goes into a build. */
export function sourceStamp(root) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  for (const path of SOURCES.flatMap((source) => filesUnder(join(root, source))).toSorted(byName)) {
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

const byName = (a, b) => (a < b ? -1 : 1);

function filesUnder(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name) || /\.test\.tsx?$|\.md$/.test(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)];
  });
}

/** Builds when a source changed since the last build or an output is gone. */
export async function ensureBuilt({ root, say }) {
  const stamp = sourceStamp(root);
  const built = existsSync(join(root, STAMP)) ? readFileSync(join(root, STAMP), "utf8") : "";
  if (built === stamp && OUTPUTS.every((path) => existsSync(join(root, path)))) return;
  await build({ root, say });
}

/** Throws with the words of the tool that failed. */
export async function build({ root, say }) {
  const started = performance.now();
  const stamp = sourceStamp(root);
  say("Building …");
  const faults = catalogueFaults(root);
  if (faults.length > 0) throw new Error(`The texts of the applicant's side have faults:\n${faults.join("\n")}`);
  // The stamp goes first: a build that is cut off must not pass for a finished one.
  rmSync(join(root, STAMP), { force: true });
  await Promise.all([buildServer(root), buildPages(root, "assessment"), buildPages(root, "beacon")]);
  mkdirSync(dirname(join(root, STAMP)), { recursive: true });
  writeFileSync(join(root, STAMP), stamp);
  say(`Built in ${seconds(performance.now() - started)}.`);
}

export async function buildServer(root) {
  // Imported here, so that the rest of this file works before anything is installed.
  const { build: bundle, stop } = await import("esbuild");
  const { dependencies } = JSON.parse(readFileSync(join(root, "apps/server/package.json"), "utf8"));
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    // The second is what each thread of `tallystick simulate` runs.
    entryPoints: ["apps/server/src/start/main.ts", "apps/server/src/start/simulate-worker.ts"],
    outdir: "apps/server/dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // npm's packages stay where npm put them; the workspaces are taken from source.
    external: Object.keys(dependencies).filter((name) => !name.startsWith("@tallystick/")),
    sourcemap: "linked",
    write: false,
    logLevel: "warning",
  });
  mkdirSync(join(root, "apps/server/dist"), { recursive: true });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
  // Its helper process would otherwise live as long as the server that is started from here.
  await stop();
}

async function buildPages(root, app) {
  const folder = join(root, "apps", app);
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const parameters = [vite, "build", "--emptyOutDir", "false", "--logLevel", "warn"];
  const { code, output } = await run(process.execPath, parameters, { cwd: folder });
  if (code !== 0) throw new Error(`apps/${app} could not be built:\n${output.trim()}`);
  removeOldAssets(join(folder, "dist/assets"));
  compressAssets(join(folder, "dist/assets"));
}

/** Whole or not at all: `api` and `worker` start together after an update, and one may read while the other builds. */
function replaceFile(path, contents) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** Once here instead of at every request: a phone on 3G takes the Brotli form, which no server would make on the fly. */
function compressAssets(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|svg|json)$/.test(name)) continue;
    const path = join(folder, name);
    const content = readFileSync(path);
    if (!existsSync(`${path}.br`)) writeFileSync(`${path}.br`, brotliCompressSync(content));
    if (!existsSync(`${path}.gz`)) writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

function removeOldAssets(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_ASSETS_MS) rmSync(path);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  try {
    await build({ root, say: (text) => process.stderr.write(`${text}\n`) });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
