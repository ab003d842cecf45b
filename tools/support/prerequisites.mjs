// What must be there before anything of this repository runs. Plain JavaScript without dependencies: it works on a
// fresh clone, before node_modules exist.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const MINIMUM_NODE = [20, 19];

/** A sentence that says what to do, or null when this Node can run the project. */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  if (enough) return null;
  return `Node ${version} is too old: Tallystick needs ${MINIMUM_NODE.join(".")} or newer. Install a current Node from https://nodejs.org and run this again.`;
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
  } catch {
    return null;
  }
}

/** Why node_modules do not fit package-lock.json, or null when they do. */
export function installProblem(root) {
  const wanted = readLock(join(root, "package-lock.json"));
  const present = readLock(join(root, "node_modules", ".package-lock.json"));
  if (wanted === null) return "package-lock.json is missing or not readable";
  if (present === null) return "nothing is installed yet";
  for (const [path, entry] of Object.entries(wanted)) {
    // Optional packages are those of other platforms; links are the workspaces themselves.
    if (!path.startsWith("node_modules/") || entry.optional || entry.link) continue;
    if (present[path]?.version !== entry.version)
      return `${path.slice("node_modules/".length)} ${entry.version} is not installed`;
    if (!existsSync(join(root, path))) return `${path} was deleted`;
  }
  return null;
}

/** Installs exactly what package-lock.json names, when something is missing. Throws with npm's words when it fails. */
export async function ensureInstalled({ root, say }) {
  const problem = installProblem(root);
  if (problem === null) return;
  say(`Installing packages (${problem}) …`);
  const started = performance.now();
  const npm = process.env.npm_execpath;
  // Under `npm test` the running npm is used again, so that its version and settings hold.
  const [command, ...first] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const { code, output } = await run(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
  });
  if (code !== 0)
    throw new Error(
      `npm ci failed:\n${output.trim()}\n\nCheck the connection and free disk space, then run this again.`,
    );
  say(`Packages installed in ${seconds(performance.now() - started)}.`);
}

/** Runs a program to its end and returns its exit code and everything it said. Never throws. */
export function run(command, parameters, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const collect = (chunk) => {
      output += chunk;
      options.onOutput?.(String(chunk));
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: output + error.message }));
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

/** The first of these programs that PATH knows, as a path; null when none. */
export function findProgram(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      if (folder !== "" && existsSync(path)) return path;
    }
  }
  return null;
}

const BROWSER_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** An installed Chrome or Chromium; CHROMIUM names one by path. */
export function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return existsSync(named) ? named : null;
  return (
    findProgram([
      "chromium",
      "chromium-browser",
      "google-chrome",
      "google-chrome-stable",
      "chrome",
      "microsoft-edge",
    ]) ??
    BROWSER_PLACES.find((path) => existsSync(path)) ??
    null
  );
}

/** Debian's PostgreSQL programs (a folder with `initdb`), for the tests of an external server. */
export function findPostgres() {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return null;
  const versions = readdirSync(base)
    .filter((name) => /^\d+$/.test(name) && existsSync(join(base, name, "bin", "initdb")))
    .toSorted((a, b) => Number(b) - Number(a));
  return versions[0] === undefined ? null : join(base, versions[0], "bin");
}

let indexUpdated = false;

/** Tries `apt-get install`. Returns null on success, else a sentence that says why not. */
export async function installDebian(names, { say, prepare } = {}) {
  const apt = findProgram(["apt-get"]);
  if (apt === null) return "this system has no apt-get";
  if (process.getuid?.() !== 0 && spawnSync("sudo", ["-n", "true"]).status !== 0) return "installing needs root";
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const aptRun = (parameters) => {
    const [command, ...rest] = [...prefix, apt, ...parameters];
    return run(command, rest, { env });
  };
  say?.(`Installing ${names.join(", ")} with apt-get …`);
  prepare?.();
  if (!indexUpdated) {
    indexUpdated = true;
    await aptRun(["update", "-qq"]);
  }
  const { code, output } = await aptRun(["install", "-y", "-qq", "--no-install-recommends", ...names]);
  return code === 0
    ? null
    : `apt-get install ${names.join(" ")} failed: ${output.trim().split("\n").at(-1) ?? "no reason given"}`;
}

export function seconds(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
