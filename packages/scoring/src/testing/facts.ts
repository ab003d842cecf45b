import type { JourneyFacts, ScoredTask, ScoreOptions } from "../contract.ts";
import { preview1 } from "../models/preview-1.ts";
import { standard10 } from "../models.ts";

/** A session in which nothing is wrong, to be changed one thing at a time. */

export const calmJourney: JourneyFacts = {
  interruptions: 0,
  hiddenMs: 0,
  takeovers: 0,
  earlierRuns: 0,
  nearDuplicates: 0,
  webdriver: false,
  deviceClass: null,
  replayMismatch: false,
};

const SIDES = ["left", "right", "right", "left", "right"];

function press(index: number): ScoredTask["inputs"][number] {
  return { at: index * 1_000, kind: "press", source: "touch", dx: 6, dy: -9.5, trusted: true, down: true };
}

export const money: ScoredTask = {
  key: "money_choices",
  version: 1,
  complete: true,
  metrics: {
    share_later: 0.6,
    ln_k: -4,
    consistency_errors: 0,
    dominated_failed: 0,
    fast_share: 0,
    median_rt_ms: 1_500,
  },
  trials: Array.from({ length: 15 }, (_, index) => ({
    stimulus: `item-${index}`,
    practice: false,
    kind: "ladder",
    choice: SIDES[index % SIDES.length],
    source: "touch",
  })),
  inputs: Array.from({ length: 15 }, (_, index) => press(index)),
  refusedCount: 0,
};

export const taps: ScoredTask = {
  key: "quick_taps",
  version: 1,
  complete: true,
  metrics: { ln_spread: 4.9, accuracy: 1, hold_success: 1, timing_regularity: 0.2, median_rt_ms: 450 },
  trials: Array.from({ length: 36 }, (_, index) => ({
    stimulus: `trial-${index}`,
    practice: false,
    timed: true,
    source: "touch",
  })),
  inputs: Array.from({ length: 36 }, (_, index) => press(index)),
  refusedCount: 0,
};

export const statements: ScoredTask = {
  key: "statements",
  version: 1,
  complete: true,
  metrics: { self_control: 3.7, sense_of_control: 3.6, infrequency_failed: 0, mirror_distance: 0.5, fast_share: 0 },
  trials: Array.from({ length: 12 }, (_, index) => ({
    stimulus: `item-${index}`,
    practice: false,
    choice: String((index % 5) + 1),
    source: "touch",
  })),
  inputs: Array.from({ length: 12 }, (_, index) => press(index)),
  refusedCount: 0,
};

export function withMetrics(task: ScoredTask, metrics: ScoredTask["metrics"]): ScoredTask {
  return { ...task, metrics: { ...task.metrics, ...metrics } };
}

export function session(change: Partial<ScoreOptions> = {}): ScoreOptions {
  return {
    model: preview1,
    battery: { version: "preview-1", requiredMetrics: ["money_choices.share_later"] },
    tasks: [money, taps],
    journey: calmJourney,
    ...change,
  };
}

/** The same with all that enters the score of `standard-1`. */
export function standardSession(change: Partial<ScoreOptions> = {}): ScoreOptions {
  return {
    model: standard10,
    battery: {
      version: "standard-1",
      requiredMetrics: ["money_choices.share_later", "statements.self_control", "statements.sense_of_control"],
    },
    tasks: [money, taps, statements],
    journey: calmJourney,
    ...change,
  };
}
