export interface DatedChoice {
  /** Rate per day at which both sums are worth the same: (later/today − 1)/delay. */
  readonly indifferenceK: number;
  readonly choseLater: boolean;
}

export interface DiscountRate {
  /** Rate per day, hyperbolic. */
  readonly k: number;
  /** Choices that agree with `k`, and all choices: consistency = agreeing / total. */
  readonly agreeing: number;
  readonly total: number;
}

/**
 * The discount rate that agrees with most choices (Kirby, Petry & Bickel 1999). A person of rate k waits wherever an
 * item's rate is above k. Candidates are the geometric means of adjacent rates, at the ends the end item's rate;
 * several equally good ones are joined by their geometric mean. `rising`: at least one choice, in rising order of the
 * items' nominal rates (the 27-item questionnaire counts its three sizes as one rate and orders them by size).
 */
export function bestDiscountRate(rising: readonly DatedChoice[]): DiscountRate {
  const rates = rising.map((choice) => choice.indifferenceK);
  const total = rising.length;
  // Cut c: today below it, later from it on. At cut 0 every choice for later agrees.
  let agreeing = rising.filter((choice) => choice.choseLater).length;
  let best = agreeing;
  let cuts = [0];
  rising.forEach((choice, index) => {
    agreeing += choice.choseLater ? -1 : 1;
    if (agreeing > best) cuts = [];
    if (agreeing >= best) cuts.push(index + 1);
    best = Math.max(best, agreeing);
  });
  const logs = cuts.map((cut) => {
    const above = rates[Math.min(cut, total - 1)] ?? NaN;
    const below = rates[Math.max(cut - 1, 0)] ?? NaN;
    return (Math.log(below) + Math.log(above)) / 2;
  });
  return { k: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length), agreeing: best, total };
}
