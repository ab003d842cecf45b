import type { TaskSpec } from "../../contract.ts";

export interface BalloonParameters {
  /** Largest size that can be chosen, and the largest limit. */
  readonly most: number;
  /** Balloons for practice, and balloons that count. */
  readonly practice: number;
  readonly rounds: number;
}

export const BALLOON_PARAMETERS: BalloonParameters = { most: 20, practice: 1, rounds: 10 };

export const balloonSpec: TaskSpec<BalloonParameters> = {
  key: "balloons",
  version: 1,
  title: "Balloons",
  paradigm:
    "Balloon analogue risk task (Lejuez et al. 2002, J. Exp. Psychol. Appl. 8:75) in its automatic form (Pleskac, Wallsten, " +
    "Wang & Lejuez 2008, Exp. Clin. Psychopharmacol. 16:555): the size is chosen first, then the balloon grows by itself, so " +
    "that the intended size is seen on every balloon, on those that burst too. Limits are drawn evenly and before the choice.",
  durationSeconds: 60,
  parameters: BALLOON_PARAMETERS,
  parameterDictionary: [
    { name: "most", type: "integer", unit: "steps", range: "20", description: "Largest size, and largest limit." },
    { name: "practice", type: "integer", range: "1", description: "Balloons for practice." },
    { name: "rounds", type: "integer", range: "10", description: "Balloons that count." },
  ],
  inputDictionary: [
    {
      name: "kind",
      type: "string",
      range: "continue | shown | press",
      description:
        "continue: leaves an instruction or a balloon whose end was seen; shown: the balloon can be sized; press: the size " +
        "is chosen and the balloon grows.",
    },
    {
      name: "stimulus",
      type: "string",
      range: "intro, main, practice-0, item-0…9",
      description: "What the input belongs to.",
    },
    { name: "choice", type: "string", range: "1 … 20", description: "Chosen size, with press." },
  ],
  trialDictionary: [
    { name: "stimulus", type: "string", description: "practice-0 or item-0…9, in the order shown." },
    { name: "practice", type: "boolean", description: "True for the practice balloon." },
    { name: "rtMs", type: "integer", unit: "ms", description: "From shown to press." },
    { name: "most", type: "integer", unit: "steps", range: "20", description: "Largest size that could be chosen." },
    { name: "limit", type: "integer", unit: "steps", range: "1–20", description: "Largest size at which it held." },
    { name: "size", type: "integer", unit: "steps", range: "1–20", description: "Chosen size." },
    { name: "burst", type: "boolean", description: "The chosen size was above the limit." },
    { name: "points", type: "integer", unit: "points", range: "0–20", description: "The size, or 0 after a burst." },
    { name: "source", type: "string", description: "How the answer was given." },
  ],
  metricDictionary: [
    {
      name: "mean_size",
      type: "number",
      unit: "steps",
      range: "1–20",
      description: "Mean chosen size of the ten balloons, burst ones included.",
      missing: "Any of the ten balloons without a size.",
      source: "Pleskac et al. 2008 (automatic form: nothing is censored, so no adjusted mean is needed).",
    },
    {
      name: "sd_size",
      type: "number",
      unit: "steps",
      range: "0–10.02",
      description: "Standard deviation of the ten sizes, n − 1 (shown only).",
      missing: "Any of the ten balloons without a size.",
      source: "Descriptive.",
    },
    {
      name: "bursts",
      type: "integer",
      range: "0–10",
      description: "Balloons that burst (shown only: for a given size it is luck).",
      missing: "Any of the ten balloons without a size.",
      source: "Lejuez et al. 2002.",
    },
    {
      name: "foresight_z",
      type: "number",
      range: "about −1.1 to 13.5",
      description:
        "Balloons whose limit was the chosen size or one step more, against their number by chance: (observed − expected) / " +
        "standard deviation (for data confidence).",
      missing: "Any of the ten balloons without a size.",
      source:
        "Own check: the limit is drawn evenly and for itself, so by chance it is there 2 times in 20 (1 in 20 at size 20).",
    },
    {
      name: "median_rt_ms",
      type: "number",
      unit: "ms",
      description: "Median time to choose a size (shown only, never scored).",
      missing: "Fewer than 5 of the ten chosen by mouse, touch or pen.",
      source: "Descriptive.",
    },
  ],
};
