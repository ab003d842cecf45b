import type { Browser, Page } from "playwright-core";

import { playJourney } from "../../e2e/support/play-task.ts";
import { openSlowPhone } from "./slow-phone.ts";

export interface Frames {
  /** Frames that were due at 60 Hz while something moved on the screen. */
  readonly due: number;
  readonly dropped: number;
}

type Tally = (due: number, dropped: number) => void;

/**
 * Counts in the page itself, from before any of its scripts runs: while an animation or a transition runs, a gap between
 * two frames has dropped the frames that were due in it. The totals live on as the page goes from document to document.
 */
export async function countFrames(page: Page): Promise<() => Frames> {
  const total = { due: 0, dropped: 0 };
  await page.exposeFunction("tallyFrames", ((due, dropped) => {
    total.due += due;
    total.dropped += dropped;
  }) satisfies Tally);
  await page.addInitScript(() => {
    const FRAME_MS = 1000 / 60;
    const { tallyFrames } = globalThis as unknown as { readonly tallyFrames: Tally };
    let [due, dropped] = [0, 0];
    let before: number | null = null;
    const step = (stamp: number): void => {
      const moves = document.getAnimations().some((animation) => animation.playState === "running");
      if (moves && before !== null) {
        const frames = Math.max(1, Math.round((stamp - before) / FRAME_MS));
        due += frames;
        dropped += frames - 1;
      }
      before = moves ? stamp : null;
      // Told when nothing moves, so that telling costs no frame that is counted.
      if (!moves && due > 0) {
        tallyFrames(due, dropped);
        due = dropped = 0;
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  return () => ({ ...total });
}

export interface PlayedFrames extends Frames {
  readonly playedSeconds: number;
}

/**
 * Plays journeys at the pace of a hand on the slowed processor, each on a fresh phone, until they have lasted `seconds`.
 * The network is as it is.
 */
export async function measureFrames(
  browser: Browser,
  nextLink: () => Promise<string>,
  seconds: number,
): Promise<PlayedFrames> {
  const total = { due: 0, dropped: 0, playedSeconds: 0 };
  while (total.playedSeconds < seconds) {
    const { context, page } = await openSlowPhone(browser, { line: false });
    try {
      const frames = await countFrames(page);
      const startedAt = performance.now();
      await playJourney(page, await nextLink(), { hand: "finger" });
      total.playedSeconds += (performance.now() - startedAt) / 1000;
      total.due += frames().due;
      total.dropped += frames().dropped;
    } finally {
      await context.close();
    }
  }
  return total;
}

const BARE_MS = 20_000;
const BARE_MOVE_MS = 1_000;

/** The bare baseline: on the same phone, a page with nothing but one box that moves, and nobody who plays. */
export async function measureBareFrames(browser: Browser): Promise<Frames> {
  const { context, page } = await openSlowPhone(browser, { line: false });
  try {
    const frames = await countFrames(page);
    await page.goto("data:text/html,<div style='width:50px;height:50px;background:teal'></div>");
    await page.evaluate(
      ([moveMs, iterations]) => {
        const way = [{ transform: "none" }, { transform: "translateX(200px)" }];
        document.querySelector("div")?.animate(way, { duration: moveMs, iterations });
      },
      [BARE_MOVE_MS, BARE_MS / BARE_MOVE_MS] as const,
    );
    await page.waitForTimeout(BARE_MS + BARE_MOVE_MS);
    return frames();
  } finally {
    await context.close();
  }
}
