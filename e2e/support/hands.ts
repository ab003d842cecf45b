import type { Locator, Page } from "playwright-core";

/** How an answer is given: a finger on the glass, a mouse on its way, or keys. */
export type Hand = "finger" | "mouse" | "keys";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** More than any screen of the journey has to step through. */
const MOST_TABS = 60;
const MOVES = 5;

const mouseAt = new WeakMap<Page, Point>();

/**
 * Presses what `target` finds, somewhere in its middle part. `key` is the task's own key for it; without one the keyboard
 * goes there by Tab, not by `focus()`: what the keyboard can not reach must not be reached here.
 */
export async function press(page: Page, hand: Hand, target: Locator, key?: string): Promise<void> {
  if (hand === "keys") {
    if (key === undefined) await tabTo(page, target);
    await page.keyboard.press(key ?? "Enter");
    return;
  }
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${String(target)} is not on the screen`);
  const within = (start: number, size: number): number => start + size * (0.3 + Math.random() * 0.4);
  await pressAt(page, hand, { x: within(box.x, box.width), y: within(box.y, box.height) });
}

/** A pointer lands where it is told: a finger from above, a mouse over the way between. */
export async function pressAt(page: Page, hand: "finger" | "mouse", to: Point): Promise<void> {
  if (hand === "finger") {
    await page.touchscreen.tap(to.x, to.y);
    return;
  }
  const from = mouseAt.get(page) ?? { x: 0, y: 0 };
  mouseAt.set(page, to);
  for (let move = 1; move <= MOVES; move += 1) {
    const part = move / MOVES;
    // A bow, as a wrist makes it; it ends on the target.
    const bow = Math.sin(part * Math.PI) * 12;
    await page.mouse.move(from.x + (to.x - from.x) * part + bow, from.y + (to.y - from.y) * part);
  }
  await page.mouse.down();
  await page.mouse.up();
}

/** Throws when the keyboard can not reach it. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses <= MOST_TABS; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard can not reach ${String(target)}`);
}
