import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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

/** Throws with the way out when there is none. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env["CHROMIUM"];
  const executablePath = named !== undefined && named !== "" ? named : PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error("No Chrome or Chromium was found. Install one, or name it with CHROMIUM=/path/to/chrome.");
  }
  return chromium.launch({
    executablePath,
    // As root (containers) Chromium has no sandbox; small /dev/shm of containers would crash tabs.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
