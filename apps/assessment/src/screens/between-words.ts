import type { TextKey } from "../i18n/texts.ts";

interface Length {
  /** About how long the task takes. */
  readonly seconds: number;
}

/** Share of the whole, by time, that lies behind once `done` tasks are done; 0 to 1. */
function shareDone(tasks: readonly Length[], done: number): number {
  const sum = (some: readonly Length[]): number => some.reduce((total, { seconds }) => total + seconds, 0);
  return sum(tasks.slice(0, done)) / Math.max(1, sum(tasks));
}

const HALF_FROM = 0.45;
const HALF_TO = 0.62;

/** What is said after `done` of the tasks; never the same twice in a row, and "half" only where it is about half. */
export function betweenKey(tasks: readonly Length[], done: number): TextKey {
  if (tasks.length - done <= 1) return "between.last";
  const share = shareDone(tasks, done);
  const isHalf = share >= HALF_FROM && share <= HALF_TO && shareDone(tasks, done - 1) < HALF_FROM;
  if (isHalf) return "between.half";
  if (done === 1) return "between.first";
  return done % 2 === 0 ? "between.more" : "between.other";
}

/** Whole minutes that are left, at least one. */
export function minutesLeft(tasks: readonly Length[], done: number): number {
  return Math.max(1, Math.round(tasks.slice(done).reduce((sum, { seconds }) => sum + seconds, 0) / 60));
}
