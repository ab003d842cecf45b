import { press } from "../hands.ts";
import { changed, fingerprint } from "../screen.ts";
import { balloons } from "./balloons.ts";
import { blocks } from "./blocks.ts";
import { cards } from "./cards.ts";
import { money } from "./money.ts";
import { choice, READING_MS, type Play, type Strategy } from "./strategy.ts";
import { taps } from "./taps.ts";
import { tower } from "./tower.ts";

async function pick({ page, hand }: Play, name: string, key: string): Promise<void> {
  await page.waitForTimeout(READING_MS);
  const before = await fingerprint(page);
  await press(page, hand, choice(page, name), key);
  await changed(page, before);
}

/** Blind to what is said and of one mind: two neighbouring steps in turn, never far from a mirrored copy. */
const statements: Strategy = {
  act: (play, { stimulus }) => {
    const step = Number(/\d+$/.exec(stimulus)?.[0] ?? 0) % 2 === 0 ? "2" : "3";
    return pick(play, step, step);
  },
};

const numberSense: Strategy = { act: (play) => pick(play, "a", "1") };

/** How each task is played, by its key. */
export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  money_choices: money,
  quick_taps: taps,
  statements,
  cards,
  tower,
  number_sense: numberSense,
  balloons,
  block_memory: blocks,
};
