import { createPrng, type Prng } from "../../prng.ts";
import type { StatementKey, StatementPool, StatementsParameters, TraitKey } from "./spec.ts";

export type Trait = "self_control" | "sense_of_control";
export type Keyed = "agree" | "disagree";

export interface StatementItem {
  /** `practice-0`, `item-0` … `item-11`, in the order shown. */
  readonly stimulus: string;
  readonly kind: "practice" | "trait" | "copy" | "infrequency";
  readonly statement: StatementKey;
  readonly trait: Trait | null;
  readonly keyed: Keyed | null;
  readonly copyOf: TraitKey | null;
}

type Drawn = Omit<StatementItem, "stimulus">;

/** About 25 are needed with the shipped parameters; with others the last draw stands. */
const MOST_DRAWS = 2_000;

const OPPOSITE: Readonly<Record<Keyed, Keyed>> = { agree: "disagree", disagree: "agree" };

/** The statements of one trait that count, and the reversed copy of one keyed `copied`. */
function drawTrait(
  prng: Prng,
  parameters: StatementsParameters,
  options: { readonly trait: Trait; readonly pool: StatementPool<TraitKey>; readonly copied: Keyed },
): Drawn[] {
  const { trait, pool, copied } = options;
  const half = (keyed: Keyed) =>
    prng
      .shuffle(pool[keyed])
      .slice(0, parameters.fromEachHalf)
      .map((statement) => ({ kind: "trait" as const, statement, trait, keyed, copyOf: null }));
  const halves = { agree: half("agree"), disagree: half("disagree") };
  const copies = halves[copied].slice(0, 1).map(({ statement }): Drawn => ({
    kind: "copy",
    statement: `${statement}r`,
    trait,
    keyed: OPPOSITE[copied],
    copyOf: statement,
  }));
  return [...halves.agree, ...halves.disagree, ...copies];
}

/** Always one to agree with and one to disagree with: no single step passes both. */
function drawInfrequency(prng: Prng, { infrequency }: StatementsParameters): Drawn[] {
  return (["agree", "disagree"] as const).flatMap((keyed) =>
    prng
      .shuffle(infrequency[keyed])
      .slice(0, 1)
      .map((statement) => ({ kind: "infrequency" as const, statement, trait: null, keyed, copyOf: null })),
  );
}

/** Partners far apart; someone who stands at an end must not look as if pressing one step; checks do not gather. */
function isGoodOrder(order: readonly Drawn[], parameters: StatementsParameters): boolean {
  let run = 0;
  for (let index = 0; index < order.length; index += 1) {
    const item = order[index];
    const before = order[index - 1];
    run = item?.keyed === before?.keyed ? run + 1 : 1;
    if (run > parameters.longestRun) return false;
    if (item?.kind === "infrequency" && (before === undefined || before.kind === "infrequency")) return false;
    if (item?.kind !== "copy") continue;
    const distance = index - order.findIndex(({ statement }) => statement === item.copyOf);
    if (distance * distance <= parameters.betweenPartners * parameters.betweenPartners) return false;
  }
  return true;
}

/** The example, then the twelve statements, in the order shown. Of the counting answers half lie on each side. */
export function planStatements(seed: string, parameters: StatementsParameters): StatementItem[] {
  const prng = createPrng(seed);
  const example = prng
    .shuffle(parameters.examples)
    .slice(0, 1)
    .map((statement) => ({ kind: "practice" as const, statement, trait: null, keyed: null, copyOf: null }));
  const copied: Keyed = prng.between(0, 1) === 0 ? "agree" : "disagree";
  const drawn = [
    ...drawTrait(prng, parameters, { trait: "self_control", pool: parameters.selfControl, copied }),
    // One copy of each direction, so that agreeing and disagreeing stay in balance.
    ...drawTrait(prng, parameters, {
      trait: "sense_of_control",
      pool: parameters.senseOfControl,
      copied: OPPOSITE[copied],
    }),
    ...drawInfrequency(prng, parameters),
  ];
  let order = prng.shuffle(drawn);
  for (let tries = 1; tries < MOST_DRAWS && !isGoodOrder(order, parameters); tries += 1) order = prng.shuffle(drawn);
  return [
    ...example.map((item, index) => ({ ...item, stimulus: `practice-${index}` })),
    ...order.map((item, index) => ({ ...item, stimulus: `item-${index}` })),
  ];
}
