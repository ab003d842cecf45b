import type { Confidence, FlagResult, ModelArtefact } from "../contract.ts";
import { clamp, decimalString, round6 } from "../rounding.ts";
import { answerReadings } from "./answers.ts";
import { isPointer, type Reading, type TrustFacts } from "./facts.ts";
import { journeyReadings } from "./journey.ts";
import { pointerReadings } from "./pointer.ts";
import { timingReadings } from "./timing.ts";

/** Without three of these, much of what could go wrong could not be seen. */
const CORE_SIGNALS = [
  "inconsistent_choices",
  "low_engagement",
  "infrequency_failed",
  "fast_responses",
  "uniform_responses",
];

export interface Trust {
  /** 0–100; lies inside the range of `confidence`. */
  readonly score: number;
  readonly confidence: Confidence;
  readonly flags: readonly FlagResult[];
  /** Strength by signal; null = not observed. */
  readonly signals: Readonly<Record<string, number | null>>;
}

interface Graded extends Reading {
  readonly strength: number | null;
  readonly cost: number;
}

/**
 * trust = 100·Π(1 − w·s). One full signal of weight .40 leaves 60, two leave 36. Two things cap it: too few core
 * signals to see (at most MEDIUM), and a replay that differs from what the page showed (LOW: an integrity verdict, no
 * probability).
 */
export function judgeTrust(model: ModelArtefact, facts: TrustFacts): Trust {
  const graded = [
    ...answerReadings(facts),
    ...timingReadings(facts),
    ...pointerReadings(facts),
    ...journeyReadings(facts),
  ].flatMap((reading) => grade(model, reading));
  const product = graded.reduce((left, { cost }) => left * (1 - cost), 1);
  const observable = graded.filter(({ key, strength }) => strength !== null && CORE_SIGNALS.includes(key)).length;
  const { high, medium, minimumObservable } = model.confidence;
  const caps = [observable < minimumObservable ? high - 1 : 100, facts.journey.replayMismatch ? medium - 1 : 100];
  const score = Math.min(Math.round(round6(100 * product)), ...caps);
  return {
    score,
    confidence: score >= high ? "HIGH" : score >= medium ? "MEDIUM" : "LOW",
    flags: [...integrityFlags(facts), ...lostTrust(graded), ...notes(facts)],
    signals: Object.fromEntries(graded.map(({ key, strength }) => [key, strength])),
  };
}

function grade(model: ModelArtefact, reading: Reading): Graded[] {
  const setting = model.signals[reading.key];
  if (setting === undefined) return [];
  if (reading.observed === null) return [{ ...reading, strength: null, cost: 0 }];
  const strength = round6(clamp((reading.observed - setting.from) / setting.span, 0, 1));
  return [{ ...reading, strength, cost: setting.weight * strength }];
}

/** Dearest first; equal ones in the order of the table. */
function lostTrust(graded: readonly Graded[]): FlagResult[] {
  return graded
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost)
    .map(({ key, strength, share }) => ({
      key,
      strength: strength ?? 0,
      ...(share === undefined ? {} : { share: decimalString(share) }),
    }));
}

function integrityFlags({ journey }: TrustFacts): FlagResult[] {
  return journey.replayMismatch ? [{ key: "replay_mismatch", strength: 1 }] : [];
}

/** Says that timed traits could not be scored, and costs nothing. */
function notes({ tasks }: TrustFacts): FlagResult[] {
  const accessible = tasks.some(({ trials }) => {
    const answered = trials.filter((trial) => trial["practice"] !== true && trial["source"] !== null);
    const otherwise = answered.filter((trial) => trial["timed"] === false || !isPointer(trial["source"]));
    return otherwise.length > 0 && otherwise.length * 2 >= answered.length;
  });
  return accessible ? [{ key: "accessible_path", strength: 0 }] : [];
}
