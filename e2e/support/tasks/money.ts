import type { Page } from "playwright-core";
import { type Hand, press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import { choice, READING_MS, type Strategy } from "./strategy.ts";

export type Side = "left" | "right";

/** Waits for sums that come sooner than this, as a person of one mind does; only where more is to be had. */
const LONGEST_WAIT_DAYS = 45;

/** Digits of any script. */
function readNumber(text: string): number | null {
  const digits = [...text.matchAll(/\p{Nd}/gu)].map(([digit]) => digitValue(digit));
  return digits.length === 0 ? null : Number(digits.join(""));
}

/** The ten digits of a script stand in a row: its zero is where the row begins. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}

async function wantedSide(page: Page): Promise<Side> {
  const whens = (await page.locator("main.stage .sum .when").allInnerTexts()).map(readNumber);
  const amounts = (await page.locator("main.stage .sum .amount").allInnerTexts()).map(readNumber);
  // "today" has no digit in any language.
  const later = whens[0] === null ? 1 : 0;
  const waits = (whens[later] ?? 0) < LONGEST_WAIT_DAYS && (amounts[later] ?? 0) > (amounts[1 - later] ?? 0);
  return (waits ? later : 1 - later) === 0 ? "left" : "right";
}

/** Answers the pair on the screen and waits until it was taken. */
export async function answerPair(page: Page, side: Side, hand: Hand): Promise<void> {
  await page.waitForTimeout(READING_MS);
  const before = await fingerprint(page);
  await press(page, hand, choice(page, side), side === "left" ? "ArrowLeft" : "2");
  await changed(page, before);
}

export const money: Strategy = {
  act: async ({ page, hand }) => answerPair(page, await wantedSide(page), hand),
};
