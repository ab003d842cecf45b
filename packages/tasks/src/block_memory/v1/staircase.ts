/** Where a span test stands: how long the next sequence is, and the wrong answers since the last step down. */
export interface Staircase {
  readonly length: number;
  readonly wrongs: number;
}

export interface StaircaseRule {
  readonly shortest: number;
  readonly longest: number;
  /** Wrong answers that make one step down; right answers between them do not count against it. */
  readonly wrongsToFall: number;
}

/**
 * One longer after every right answer, one shorter after every second wrong one: it settles where one answer in three is
 * right. The rule of the spatial span behind the norms (Self-Regulation Ontology: Eisenberg et al. 2019, Nat. Commun.
 * 10:2319); another rule would settle at another length.
 */
export function nextStaircase(at: Staircase, correct: boolean, rule: StaircaseRule): Staircase {
  if (correct) return { length: at.length < rule.longest ? at.length + 1 : rule.longest, wrongs: at.wrongs };
  if (at.wrongs + 1 < rule.wrongsToFall) return { length: at.length, wrongs: at.wrongs + 1 };
  return { length: at.length > rule.shortest ? at.length - 1 : rule.shortest, wrongs: 0 };
}
