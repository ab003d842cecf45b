import type { JourneyFacts, ScoredInput, ScoredTask } from "../contract.ts";
import type { MetricTable } from "../metric-table.ts";

/** What the signals look at. */
export interface TrustFacts {
  readonly tasks: readonly ScoredTask[];
  readonly metrics: MetricTable;
  readonly journey: JourneyFacts;
}

/** One signal as read from the data, before grading. */
export interface Reading {
  readonly key: string;
  /** In the signal's own unit; null = could not be observed. */
  readonly observed: number | null;
  /** Share of the signal's base, 0–1, where one is defined. */
  readonly share?: number;
}

/** Times and positions are never judged for keyboard, switch or screen-reader input. */
export function isPointer(source: unknown): boolean {
  return source !== "keyboard" && source !== "assistive";
}

export function presses(tasks: readonly ScoredTask[]): ScoredInput[] {
  return tasks.flatMap((task) => task.inputs.filter((input) => input.kind === "press"));
}
