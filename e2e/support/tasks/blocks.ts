import type { Page } from "playwright-core";
import { press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import { choice, type Play, type Strategy } from "./strategy.ts";

/** Longer sequences are repeated with the last two changed: the task then stays at lengths a person has. */
const REMEMBERED = 4;
const TAP_MS = 180;

interface Watcher {
  litBlocks?: string[];
}

/** Lights come and go between two questions to the page: it writes them down itself. */
async function watchLights(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watcher = globalThis as unknown as Watcher;
    if (watcher.litBlocks !== undefined) return;
    const lit: string[] = [];
    watcher.litBlocks = lit;
    new MutationObserver((records) => {
      for (const { target } of records) {
        if (!(target instanceof HTMLElement) || target.dataset["lit"] !== "true") continue;
        lit.push(target.querySelector("[data-choice]")?.getAttribute("data-choice") ?? "");
      }
    }).observe(document.body, { subtree: true, attributeFilter: ["data-lit"] });
  });
}

async function shownBlocks(page: Page): Promise<string[]> {
  const length = await page.locator("main.stage .dots i").count();
  const lit = await page.evaluate(() => (globalThis as unknown as Watcher).litBlocks ?? []);
  return lit.slice(-length);
}

async function repeat({ page, hand }: Play): Promise<void> {
  const blocks = await shownBlocks(page);
  const answer = blocks.length > REMEMBERED ? [...blocks.slice(0, -2), ...blocks.slice(-2).reverse()] : blocks;
  for (const block of answer) {
    const before = await fingerprint(page);
    await page.waitForTimeout(TAP_MS);
    await press(page, hand, choice(page, block), String(Number(block) + 1));
    await changed(page, before);
  }
}

export const blocks: Strategy = {
  prepare: watchLights,
  async act(play, { phase }) {
    const { page } = play;
    const before = await fingerprint(page);
    // An answered board stands for a moment, a sequence for as long as it is.
    const open = await page.locator('main.stage .dots i[data-done="false"]').count();
    if (phase === "turn" && open > 0) await repeat(play);
    else await changed(page, before, 30_000);
  },
};
