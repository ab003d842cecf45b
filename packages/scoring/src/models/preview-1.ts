import type { ModelArtefact } from "../contract.ts";

/**
 * Model of battery `preview-1`: patience alone, so that the whole chain shows a score before the full battery exists.
 * Provisional norms; not calibrated on any repayment.
 */
export const preview1: ModelArtefact = {
  version: "preview-1.0",
  batteries: ["preview-1"],
  preview: true,
  calibrated: false,
  norms: "provisional",
  traits: [
    {
      key: "patience",
      metric: "money_choices.share_later",
      norm: {
        centre: 0.514,
        scale: 0.242,
        meanZ: 0,
        sdZ: 1,
        n: 522,
        source: "This ladder simulated on the fitted choices of 522 US adults (Eisenberg et al. 2019), low stakes",
        status: "simulated",
      },
      nameDirection: 1,
      favourable: 1,
      reliability: 0.76,
      weight: 1,
      reason: "Smaller sums sooner were chosen more often than by most people in the reference group.",
    },
    {
      key: "attention",
      metric: "quick_taps.ln_spread",
      norm: {
        centre: 4.858,
        scale: 0.481845, // 1.4826 · MAD .325
        meanZ: 0.06,
        sdZ: 1.08,
        n: 148,
        source:
          "First 40 trials of a choice reaction task, US adults at a computer (Eisenberg et al. 2019), low stakes",
        status: "measured",
      },
      nameDirection: -1,
      favourable: -1,
      reliability: 0.61,
      weight: 0,
      reason: "Response times varied more than those of most people in the reference group.",
    },
  ],
  correlations: [],
  bandCutoffs: [20, 40, 60, 80],
  signals: {
    inconsistent_choices: { weight: 0.4, from: 2, span: 2 },
    low_engagement: { weight: 0.4, from: 0.85, span: -0.2 },
    infrequency_failed: { weight: 0.4, from: 0, span: 2 },
    fast_responses: { weight: 0.4, from: 0.1, span: 0.3 },
    // A run of 11 of 15 counts in full, one of 10 not at all.
    uniform_responses: { weight: 0.4, from: 10, span: 1 },
    regular_timing: { weight: 0.4, from: 0.075, span: -0.03 },
    // Four taps of five at the exact centre count in full.
    exact_positions: { weight: 0.4, from: 0.75, span: 0.05 },
    synthetic_input: { weight: 0.4, from: 0, span: 0.2 },
    // Seconds away from the page; a restart counts as a minute.
    long_interruptions: { weight: 0.15, from: 20, span: 160 },
    second_device: { weight: 0.15, from: 0, span: 2 },
    repeated_attempts: { weight: 0.15, from: 0, span: 2 },
  },
  confidence: { high: 70, medium: 50, minimumObservable: 3 },
};
