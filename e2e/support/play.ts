import type { Page } from "playwright-core";
import { CONSENT_ACCEPT_ID } from "../../apps/assessment/src/page-contract.ts";
import { type Hand, press } from "./hands.ts";
import { readScreen } from "./screen.ts";
import { answerPair as answerPairBy, money, type Side } from "./tasks/money.ts";
import { taps } from "./tasks/taps.ts";

/** A button that has just appeared does not answer yet. */
export const FRESH_MS = 400;

/** Opens the link, unless the page is there already, and accepts the consent. */
export async function acceptConsent(page: Page, link: string | null, hand: Hand = "finger"): Promise<void> {
  if (link !== null) await page.goto(link);
  const accept = page.locator(`#${CONSENT_ACCEPT_ID}:enabled`);
  await accept.waitFor();
  await press(page, hand, accept);
}

/** Longer than the next screen takes to come on a busy machine. */
const LONGEST_TURN_MS = 10_000;
const TURN_POLL_MS = 20;

/**
 * Presses the one button that leads on, and waits until the screen has turned. The consent's button is not one of them:
 * it stays on the screen while the first game loads.
 */
export async function goOn(page: Page, hand: Hand = "finger"): Promise<void> {
  const button = page.locator(`main .button.primary:not(#${CONSENT_ACCEPT_ID})`);
  await button.waitFor();
  const before = await wordsOf(page);
  await page.waitForTimeout(FRESH_MS);
  await press(page, hand, button);
  const deadline = Date.now() + LONGEST_TURN_MS;
  while ((await wordsOf(page)) === before) {
    if (Date.now() > deadline) throw new Error(`the screen did not turn: ${before}`);
    await page.waitForTimeout(TURN_POLL_MS);
  }
}

/** What is to be read on the screen; it may go to another document in the middle of the question. */
async function wordsOf(page: Page): Promise<string> {
  const read = (): Promise<string> =>
    page.evaluate(() => `${location.pathname} ${document.querySelector("main")?.innerText ?? ""}`);
  return read().catch(read);
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
    await goOn(page, hand);
    await playRound(page, hand);
  }
}
