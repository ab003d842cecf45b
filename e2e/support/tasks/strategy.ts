import type { Page } from "playwright-core";
import type { Hand } from "../hands.ts";
import type { TaskScreen } from "../screen.ts";

/** One task in play by one hand. */
export interface Play {
  readonly page: Page;
  readonly hand: Hand;
}

export interface Strategy {
  /** Before anything else is done with a screen of the task, pictures included. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** One answer, or the wait for the next thing to answer; comes back when it had its effect. */
  readonly act: (play: Play, screen: TaskScreen) => Promise<void>;
}

/** A reader's pause: answers under half a second lower the data confidence. */
export const READING_MS = 600;

/** The task's button for a choice. */
export function choice(page: Page, name: string) {
  return page.locator(`main.stage [data-choice="${name}"]`);
}
