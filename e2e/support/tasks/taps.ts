import type { Page } from "playwright-core";
import { press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import { choice, type Strategy } from "./strategy.ts";

type Pad = "left" | "right" | "hold";
const KEYS: Readonly<Record<Pad, string>> = { left: "ArrowLeft", right: "2", hold: "3" };

/** Which pad belongs to the shape on the screen; null when it must be left alone. */
async function wantedPad(page: Page): Promise<Pad | null> {
  return page.evaluate(() => {
    const shape = document.querySelector(".field .shape")?.getAttribute("data-shape");
    const pads = [...document.querySelectorAll<HTMLElement>(".pad")];
    const fits = pads.find((pad) => pad.querySelector(".shape")?.getAttribute("data-shape") === shape);
    return (fits?.dataset["choice"] ?? null) as Pad | null;
  });
}

export const taps: Strategy = {
  async act({ page, hand }, { phase }) {
    const before = await fingerprint(page);
    const pad = phase === "target" ? await wantedPad(page) : null;
    if (pad !== null) {
      await page.waitForTimeout(120 + Math.random() * 160);
      await press(page, hand, choice(page, pad), KEYS[pad]);
    }
    await changed(page, before);
  },
};
