import type { ModelArtefact, ModelTrait, Norm } from "../contract.ts";
import { preview11 } from "./preview-1-1.ts";

/** 1.4826 · MAD is the standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;

const SAMPLE = "US adults at a computer, nothing at stake (Eisenberg et al. 2019)";

function robustNorm(norm: Omit<Norm, "scale"> & { readonly mad: number }): Norm {
  const { mad, ...rest } = norm;
  return { ...rest, scale: Math.round(MAD_TO_SD * mad * 1e6) / 1e6 };
}

function trait(key: string): ModelTrait {
  const found = preview11.traits.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`preview-1.1 has no trait ${key}`);
  return found;
}

/**
 * Model of batteries `standard-1` and `extended-1`. Three traits make the score: patience, self-control and, at half
 * weight, sense of control; the others are measured and shown where a lender asks, without weight until repayments earn
 * them one. Provisional norms, each with its source; not calibrated on any repayment.
 */
export const standard1: ModelArtefact = {
  ...preview11,
  version: "standard-1.0",
  batteries: ["standard-1", "extended-1"],
  preview: false,
  traits: [
    trait("patience"),
    {
      key: "self_control",
      metric: "statements.self_control",
      norm: { centre: 3.7, scale: 0.8, meanZ: 0, sdZ: 1, n: 0, source: "Assumed: five-step scale", status: "assumed" },
      nameDirection: 1,
      favourable: 1,
      reliability: 0.75,
      weight: 1,
      reason: "Answers described fewer habits of planning and holding back than those of most people.",
    },
    {
      // The wire key is historical; what is measured is the belief that what one does changes how things turn out.
      key: "optimism",
      metric: "statements.sense_of_control",
      norm: { centre: 3.6, scale: 0.7, meanZ: 0, sdZ: 1, n: 0, source: "Assumed: five-step scale", status: "assumed" },
      nameDirection: 1,
      favourable: 1,
      reliability: 0.7,
      weight: 0.5,
      reason: "Answers described less influence on how things turn out than those of most people.",
    },
    trait("attention"),
    {
      key: "risk_taking",
      metric: "cards.ln_dared",
      norm: robustNorm({
        centre: 2.741,
        mad: 0.328,
        meanZ: 0.03,
        sdZ: 1.04,
        n: 522,
        source: `Six honest rounds simulated on the uncensored rounds of 522 ${SAMPLE}`,
        status: "simulated",
      }),
      nameDirection: 1,
      favourable: -1,
      reliability: 0.5,
      weight: 0,
      reason: "More boxes were opened before stopping than by most people in the reference group.",
    },
    {
      key: "planning",
      metric: "tower.ln_first_move",
      norm: robustNorm({
        centre: 8.058,
        mad: 0.221,
        meanZ: 0.14,
        sdZ: 0.95,
        n: 150,
        source: `Five problems of 150 ${SAMPLE}`,
        status: "measured",
      }),
      nameDirection: 1,
      favourable: 1,
      reliability: 0.53,
      weight: 0,
      reason: "Less time was taken before the first move than by most people in the reference group.",
    },
    {
      key: "reflection",
      metric: "number_sense.share_correct",
      norm: {
        centre: 0.579,
        scale: 0.331,
        meanZ: 0,
        sdZ: 1,
        n: 522,
        source: `Other problems of the same kind, 522 ${SAMPLE}`,
        status: "measured",
      },
      nameDirection: 1,
      favourable: 1,
      reliability: 0.64,
      weight: 0,
      reason: "The tempting answer was given more often than by most people in the reference group.",
    },
    {
      key: "memory",
      metric: "block_memory.span",
      norm: robustNorm({
        centre: 5.9,
        mad: 0.6,
        meanZ: 0.03,
        sdZ: 0.97,
        n: 522,
        source: `Trials 5 to 14 of a span task, 522 ${SAMPLE}`,
        status: "measured",
      }),
      nameDirection: 1,
      favourable: 1,
      reliability: 0.59,
      weight: 0,
      reason: "Shorter sequences were repeated than by most people in the reference group.",
    },
  ],
  correlations: [
    { a: "patience", b: "self_control", rho: 0.06 },
    { a: "patience", b: "optimism", rho: 0.12 },
    { a: "self_control", b: "optimism", rho: 0.45 },
    { a: "patience", b: "reflection", rho: 0.24 },
  ],
  signals: {
    ...preview11.signals,
    // Two pairs on five steps: apart by one and a half on average not at all, by three in full.
    mirrored_mismatch: { weight: 0.25, from: 1.5, span: 1.5 },
    // z of losses avoided: of 5 630 simulated honest people 31 are above 2, two above 2.5. Somebody who sees through the
    // boxes and opens 20 a round reaches 3.
    foresight: { weight: 0.4, from: 2, span: 1 },
  },
};
