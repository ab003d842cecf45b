import type { Page } from "playwright-core";

/** How an answer is given: a finger on the glass, or keys. */
export type Hand = "finger" | "keys";

const LONGEST_MS = 150_000;
/** A button that has just appeared does not answer yet. */
export const FRESH_MS = 400;

/** Opens the link and accepts the consent. */
export async function acceptConsent(page: Page, link: string, hand: Hand = "finger"): Promise<void> {
  await page.goto(link);
  const accept = page.locator("#consent-accept:enabled");
  await accept.waitFor();
  if (hand === "finger") {
    await accept.tap();
  } else {
    await accept.focus();
    await page.keyboard.press("Enter");
  }
}

/** The one button that leads on. */
export async function goOn(page: Page, hand: Hand = "finger"): Promise<void> {
  const button = page.locator("main .button.primary");
  await button.waitFor();
  await page.waitForTimeout(FRESH_MS);
  if (hand === "finger") {
    await button.tap();
    return;
  }
  // Tab, not focus(): what the keyboard can not reach must not be reached here.
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    if (await button.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
}

async function progress(page: Page): Promise<number> {
  return page.locator(".top progress").evaluate((element) => (element as HTMLProgressElement).value);
}

/** Answers the pair on the screen and waits until the next one can be answered. */
export async function answerPair(page: Page, side: "left" | "right", hand: Hand = "finger"): Promise<void> {
  const before = await progress(page);
  const sum = page.locator(`.sum[data-side="${side}"]`);
  await page.locator('.sum[data-marked="true"]').waitFor({ state: "detached" });
  // A reader's pause: answers under half a second lower the data confidence.
  await page.waitForTimeout(600);
  if (hand === "finger") await sum.tap({ position: { x: 40 + Math.random() * 60, y: 60 + Math.random() * 60 } });
  else await page.keyboard.press(side === "left" ? "ArrowLeft" : "2");
  await page.waitForFunction(
    (value) => {
      const bar = document.querySelector<HTMLProgressElement>(".top progress");
      return bar === null || bar.value !== value || document.querySelector(".top") === null;
    },
    before,
    { polling: 20 },
  );
}

/** Plays "Now or later" from its first screen to its last answer. */
export async function playMoney(page: Page, hand: Hand = "finger"): Promise<void> {
  await goOn(page, hand);
  for (let pair = 0; pair < 2; pair += 1) await answerPair(page, "left", hand);
  await goOn(page, hand);
  for (let pair = 0; pair < 16; pair += 1) {
    await page.locator(".sum").first().waitFor();
    const days = await page.locator(".sum .when").allInnerTexts();
    const laterLeft = days[0] !== "today" && days[0] !== "hoy";
    const delay = Number(/\d+/.exec(days.join(" "))?.[0] ?? 0);
    const waits = delay < 45;
    await answerPair(page, waits === laterLeft ? "left" : "right", hand);
  }
}

type Pad = "left" | "right" | "hold";
const KEYS: Readonly<Record<Pad, string>> = { left: "ArrowLeft", right: "2", hold: "3" };

/** Which pad belongs to the shape on the screen; null when it must be left alone. */
async function wantedPad(page: Page): Promise<Pad | null> {
  return page.evaluate(() => {
    const shape = document.querySelector(".field .shape")?.getAttribute("data-shape");
    const pads = [...document.querySelectorAll<HTMLElement>(".pad")];
    const fits = pads.find((pad) => pad.querySelector(".shape")?.getAttribute("data-shape") === shape);
    return (fits?.dataset["side"] ?? null) as Pad | null;
  });
}

/** Answers every shape of one round, until the next screen of words or the end of the task. */
export async function playRound(page: Page, hand: Hand = "finger"): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  while (Date.now() < deadline) {
    const state = await page.waitForFunction(
      () => {
        if (document.querySelector(".stage.taps") === null) return "over";
        return document.querySelector('.stage.taps[data-phase="target"] .field .shape') === null ? null : "target";
      },
      null,
      { polling: 10, timeout: LONGEST_MS },
    );
    if ((await state.jsonValue()) === "over") return;
    const pad = await wantedPad(page);
    if (pad !== null) {
      await page.waitForTimeout(120 + Math.random() * 160);
      if (hand === "finger") await tapPad(page, pad);
      else await page.keyboard.press(KEYS[pad]);
    }
    await page.waitForFunction(() => document.querySelector('.stage.taps[data-phase="target"]') === null, null, {
      polling: 10,
    });
  }
  throw new Error("the round did not end");
}

async function tapPad(page: Page, pad: Pad): Promise<void> {
  const box = await page.locator(`.pad[data-side="${pad}"]`).boundingBox();
  if (box === null) throw new Error(`the pad ${pad} is not on the screen`);
  const x = box.x + box.width * (0.3 + Math.random() * 0.4);
  const y = box.y + box.height * (0.3 + Math.random() * 0.4);
  await page.touchscreen.tap(x, y);
}

/** Plays "Quick taps" from its first screen to its last shape. */
export async function playTaps(page: Page, hand: Hand = "finger"): Promise<void> {
  await page.locator(".rules").waitFor();
  while ((await page.locator(".rules").count()) > 0) {
    await goOn(page, hand);
    await page.locator(".stage.taps").waitFor();
    await playRound(page, hand);
  }
}
