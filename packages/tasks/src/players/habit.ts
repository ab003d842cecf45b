import { type Draws, exp } from "./random.ts";

/** What somebody brings along who gives one content for ever, wherever it stands: the same on each day, for each attempt. */
export interface Habit {
  /** Uniform in (0, 1): tells which content. */
  readonly taste: number;
  /** z of the own pace; above 0 is slower. */
  readonly pace: number;
}

/** Pace over people and over single answers, ln ms, of those who glance and do not read. Assumed. */
const LN_GLANCE = { personSd: 0.2, trialSd: 0.35 };
const FASTEST_MS = 200;

/** To be drawn after everything else of a person, so that the others stay who they are. */
export function meetHabit(stable: Draws): Habit {
  return { taste: stable.uniform(), pace: stable.normal() };
}

/** Time of one answer, ms; `medianMs`: of the median person in that task. */
export function glanceMs({ pace }: Habit, draws: Draws, medianMs: number): number {
  return Math.max(FASTEST_MS, medianMs * exp(LN_GLANCE.personSd * pace + LN_GLANCE.trialSd * draws.normal()));
}
