import type { Page } from "playwright-core";
import { press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import { choice, type Strategy } from "./strategy.ts";

const DARED = 8;
const CLOSED = 'main.stage .box[data-state="closed"]';

/** The arrows go through the boxes in reading order; the first one only brings the focus there. */
async function openByKeys(page: Page): Promise<void> {
  const forward = await page.evaluate(() => (document.dir === "rtl" ? "ArrowLeft" : "ArrowRight"));
  const onClosed = () => page.evaluate((closed) => document.activeElement?.matches(closed) === true, CLOSED);
  for (let moves = 0; moves < 40 && !(await onClosed()); moves += 1) await page.keyboard.press(forward);
  await page.keyboard.press("Enter");
}

export const cards: Strategy = {
  async act({ page, hand }) {
    const before = await fingerprint(page);
    const opened = await page.locator('main.stage .box[data-state="safe"]').count();
    if (opened >= DARED) await press(page, hand, choice(page, "stop"), "s");
    else if (hand === "keys") await openByKeys(page);
    else await press(page, hand, page.locator(CLOSED).first());
    await changed(page, before);
  },
};
