import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian, other systems and people's own machines keep it; `CHROMIUM` names another. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** As root (containers) Chromium has no sandbox; small /dev/shm of containers would crash tabs. */
const ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/** Throws with the way out when there is none. */
function findChromium(): string {
  const named = process.env["CHROMIUM"];
  const path = named !== undefined && named !== "" ? named : PLACES.find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error("No Chrome or Chromium was found. Install one, or name it with CHROMIUM=/path/to/chrome.");
  }
  return path;
}

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

/** A browser with a profile on disk, whose whole process can be killed. */
export interface KillableChromium {
  readonly page: Page;
  /** SIGKILL to all its processes: nothing is tidied up. */
  kill(): Promise<void>;
}

const READY_MS = 20_000;

export async function launchWithProfile(folder: string): Promise<KillableChromium> {
  const portFile = join(folder, "DevToolsActivePort");
  rmSync(portFile, { force: true });
  const more = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${folder}`, "--no-first-run"];
  // A group of its own, so that its helpers die with it.
  const child = spawn(findChromium(), [...ARGUMENTS, ...more, "about:blank"], { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const deadline = Date.now() + READY_MS;
  while (!existsSync(portFile) || !readFileSync(portFile, "utf8").includes("\n")) {
    if (Date.now() > deadline) throw new Error("Chromium did not say its port");
    await delay(50);
  }
  const port = readFileSync(portFile, "utf8").split("\n")[0] ?? "";
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const context = browser.contexts()[0] ?? (await browser.newContext());
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    async kill() {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await ended;
    },
  };
}
