import type { Page } from "playwright-core";
import { type Hand, press } from "./hands.ts";
import { changed, fingerprint, readScreen } from "./screen.ts";
import { answerPair as answerPairBy, money, type Side } from "./tasks/money.ts";
import { taps } from "./tasks/taps.ts";

/** A button that has just appeared does not answer yet. */
export const FRESH_MS = 400;

/** Opens the link, unless the page is there already, and accepts the consent. */
export async function acceptConsent(page: Page, link: string | null, hand: Hand = "finger"): Promise<void> {
  if (link !== null) await page.goto(link);
  const accept = page.locator("#consent-accept:enabled");
  await accept.waitFor();
  await press(page, hand, accept);
}

/** The one button that leads on. */
export async function goOn(page: Page, hand: Hand = "finger"): Promise<void> {
  const button = page.locator("main .button.primary");
  await button.waitFor();
  await page.waitForTimeout(FRESH_MS);
  await press(page, hand, button);
}

/** Answers the pair on the screen and waits until the next one can be answered. */
export async function answerPair(page: Page, side: Side, hand: Hand = "finger"): Promise<void> {
  await page.locator('.sum[data-marked="true"]').waitFor({ state: "detached" });
  await answerPairBy(page, side, hand);
}

/** Plays "Now or later" from its first screen to its last answer. */
export async function playMoney(page: Page, hand: Hand = "finger"): Promise<void> {
  await goOn(page, hand);
  for (let pair = 0; pair < 2; pair += 1) await answerPair(page, "left", hand);
  await goOn(page, hand);
  await page.locator(".sum").first().waitFor();
  for (;;) {
    const screen = await readScreen(page);
    if (screen.kind !== "task") return;
    await money.act({ page, hand }, screen);
  }
}

/** Answers every shape of one round, until the next screen of words or the end of the task. */
export async function playRound(page: Page, hand: Hand = "finger"): Promise<void> {
  for (;;) {
    const screen = await readScreen(page);
    if (screen.kind !== "task") return;
    await taps.act({ page, hand }, screen);
  }
}

/** Plays "Quick taps" from its first screen to its last shape. */
export async function playTaps(page: Page, hand: Hand = "finger"): Promise<void> {
  await page.locator(".rules").waitFor();
  while ((await page.locator(".rules").count()) > 0) {
    const before = await fingerprint(page);
    await goOn(page, hand);
    await changed(page, before);
    await playRound(page, hand);
  }
}
