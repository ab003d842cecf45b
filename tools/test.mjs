#!/usr/bin/env node
// `npm test`: everything that must hold, on a fresh clone, in one command. Goes on after a failure, tells all, and ends
// with the line `N passed, N failed`. Works before node_modules exist.
//   npm test -- --only unit,db     some steps alone        npm test -- --list     the steps
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ensureInstalled,
  findBrowser,
  findPostgres,
  findProgram,
  installDebian,
  nodeProblem,
  seconds,
} from "./support/prerequisites.mjs";
import { countTests } from "./support/count-tests.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, "artifacts", "test");
const environment = { ...process.env };

/** `vitest` steps count their tests, the others count as one each. */
const STEPS = [
  { name: "format", about: "formatting", command: ["oxfmt", "--check", "."] },
  { name: "lint", about: "lint, with types", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types", about: "type check of every project", command: ["tools/types.mjs"] },
  {
    name: "arrows",
    about: "which room may use which",
    command: ["tools/arrows.mjs"],
  },
  { name: "unused", about: "unused files, exports, packages", command: ["knip", "--no-config-hints"] },
  { name: "build", about: "the assessment app and the server bundle", command: ["tools/build.mjs"] },
  { name: "unit", about: "unit and property tests", vitest: "unit" },
  { name: "db", about: "integration on real PostgreSQL", vitest: "db", prepare: preparePostgres },
  { name: "kill", about: "processes really killed", vitest: "kill", prepare: preparePostgres },
  { name: "acceptance", about: "black box over HTTP", vitest: "acceptance", prepare: prepareSnippets },
  { name: "demo", about: "the whole job without a person", command: ["tools/demo.mjs", "--applicants", "5"] },
  { name: "browser", about: "journeys in a real browser", vitest: "e2e", prepare: prepareBrowser },
];

async function main() {
  const only = chosenSteps(process.argv.slice(2));
  const problem = nodeProblem();
  if (problem !== null) return end([{ name: "node", passed: 0, failed: 1, skipped: 0, ms: 0, note: problem }]);
  try {
    await ensureInstalled({ root, say });
  } catch (error) {
    return end([{ name: "install", passed: 0, failed: 1, skipped: 0, ms: 0, note: error.message }]);
  }
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  if (only.some((step) => step.name === "unit")) await prepareSnippets();

  const results = [];
  for (const [index, step] of only.entries()) {
    say(`\n[${index + 1}/${only.length}] ${step.name}: ${step.about}`);
    const result = await runStep(step);
    results.push(result);
    say(`${result.failed === 0 ? "ok" : "FAILED"} ${describe(result)}`);
  }
  end(results);
}

function chosenSteps(parameters) {
  if (parameters.includes("--list")) {
    for (const step of STEPS) say(`${step.name.padEnd(12)} ${step.about}`);
    process.exit(0);
  }
  const at = parameters.findIndex((word) => word === "--only" || word.startsWith("--only="));
  if (at === -1) {
    if (parameters.length > 0) refuse(`Unknown option ${parameters[0]}.`);
    return STEPS;
  }
  const names = (parameters[at].includes("=") ? parameters[at].slice(7) : (parameters[at + 1] ?? "")).split(",");
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) refuse(`There is no step "${unknown}".`);
  return STEPS.filter((step) => names.includes(step.name));
}

function refuse(sentence) {
  say(`${sentence} Steps: ${STEPS.map((step) => step.name).join(", ")}. Example: npm test -- --only unit,db`);
  process.exit(2);
}

async function runStep(step) {
  const started = performance.now();
  const refusal = (await step.prepare?.()) ?? null;
  const counts =
    refusal === null
      ? await (step.vitest ? runVitest(step) : runProgram(step))
      : { passed: 0, failed: 1, skipped: 0, note: refusal };
  if (refusal !== null) say(refusal);
  return { name: step.name, ms: performance.now() - started, ...counts };
}

async function runProgram(step) {
  const [program, ...parameters] = step.command;
  const file = program.endsWith(".mjs") ? join(root, program) : binary(program);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, note: `${program} is missing` };
  const code = await stream([file, ...parameters]);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, note: `exit code ${code}` };
}

async function runVitest(step) {
  const report = join(reports, `${step.name}.json`);
  const code = await stream([
    binary("vitest"),
    "run",
    "--project",
    step.vitest,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  return countTests(readReport(report), code);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Where the program of a locally installed package lies; `npx` would cost a second for each step. */
function binary(name) {
  return join(root, "node_modules", ".bin", name);
}

function stream([file, ...parameters]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...parameters], {
      cwd: root,
      env: environment,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", (error) => {
      say(error.message);
      resolve(127);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function prepareBrowser() {
  let browser = findBrowser();
  if (browser === null && process.env.CHROMIUM) return `CHROMIUM names ${process.env.CHROMIUM}, which does not exist.`;
  let why = null;
  if (browser === null) {
    why = await installDebian(["chromium"], { say });
    browser = findBrowser();
  }
  if (browser === null) {
    return `No Chrome or Chromium was found, and it could not be installed (${why}). Install one, or name it with CHROMIUM=/path/to/chrome, and run: npm test -- --only browser`;
  }
  environment.CHROMIUM = browser;
  return null;
}

/** The external server is optional: its tests say aloud that they are skipped. */
async function preparePostgres() {
  if (findPostgres() === null) {
    const why = await installDebian(["postgresql"], { say, prepare: forbidCluster });
    if (findPostgres() === null) say(`SKIPPED: tests of an external PostgreSQL server (${why}).`);
  }
  return null;
}

/** Debian starts a cluster of its own on installation unless this file says otherwise. */
function forbidCluster() {
  const file = "/etc/postgresql-common/createcluster.conf";
  if (existsSync(file)) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "create_main_cluster = false\nstart_conf = 'manual'\n");
  } catch {
    // Without the right to write there is also none to install; apt-get will say so.
  }
}

/** The snippets of the guides are run in each language that is there. */
async function prepareSnippets() {
  for (const [program, debian] of [
    ["python3", "python3"],
    ["php", "php-cli"],
  ]) {
    if (findProgram([program]) !== null) continue;
    const why = await installDebian([debian], { say });
    if (findProgram([program]) === null) say(`SKIPPED: ${program} snippets of the guides (${why}).`);
  }
  return null;
}

function describe({ passed, failed, skipped, ms, note }) {
  const parts = [`${passed} passed`, `${failed} failed`];
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return `${parts.join(", ")} in ${seconds(ms)}${note ? ` (${note})` : ""}`;
}

function end(results) {
  say("\nSummary");
  for (const result of results)
    say(`  ${result.failed === 0 ? "ok    " : "FAILED"} ${result.name.padEnd(12)} ${describe(result)}`);
  const total = (member) => results.reduce((sum, result) => sum + result[member], 0);
  say(
    `  ${seconds(total("ms"))} in all${total("skipped") > 0 ? `, ${total("skipped")} tests skipped (their reasons stand above)` : ""}`,
  );
  process.exitCode = total("failed") === 0 ? 0 : 1;
  say(`${total("passed")} passed, ${total("failed")} failed`);
}

function say(sentence) {
  process.stdout.write(`${sentence}\n`);
}

await main();
