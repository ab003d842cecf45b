import { press, pressAt } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import type { Play, Strategy } from "./strategy.ts";

/** A tenth of the slider's way each. */
const HALF_WAY = ["PageUp", "PageUp", "PageUp", "PageUp", "PageUp"];

async function chooseMiddle({ page, hand }: Play): Promise<void> {
  const slider = page.locator('main.stage input[type="range"]');
  if (hand === "keys") {
    // It has the focus from the start.
    for (const key of HALF_WAY) await page.keyboard.press(key);
    return;
  }
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  if (box === null) throw new Error("the slider is not on the screen");
  await pressAt(page, hand, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}

export const balloons: Strategy = {
  async act(play, { phase }) {
    const { page, hand } = play;
    const before = await fingerprint(page);
    if (phase === "choose") {
      await page.waitForTimeout(200);
      await chooseMiddle(play);
      await press(page, hand, page.locator("main.stage [data-choice]:enabled"), "Enter");
    }
    await changed(page, before);
  },
};
