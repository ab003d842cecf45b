#!/usr/bin/env node
// `npm run demo -- --applicants 20 --json`: installs and builds what is missing, then plays the demo. Plain JavaScript,
// so that it works before node_modules exist. Progress goes to stderr; stdout carries the result alone.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, nodeProblem } from "./support/prerequisites.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function runNode(parameters) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    // Ctrl-C reaches the child too; it ends what it started, and this process waits for that.
    const wait = () => {};
    process.on("SIGINT", wait);
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("close", (code, signal) => resolve(signal === null ? code : 130));
  });
}

async function main() {
  const problem = nodeProblem();
  if (problem !== null) {
    say(problem);
    return 1;
  }
  await ensureInstalled({ root, say });
  await ensureBuilt({ root, say });
  return runNode(["--import", "tsx", join(root, "demo/run.ts"), ...process.argv.slice(2)]);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
