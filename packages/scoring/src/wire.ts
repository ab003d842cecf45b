import type { Calculated, FlagResult, RiskBand } from "./contract.ts";

/** Names that differ on the wire for the sandbox, as lenders' existing integrations expect them. */
export const SANDBOX_FLAG_ALIASES: Readonly<Record<string, string>> = { synthetic_input: "scripted_input" };

export interface WireOptions {
  /** The environment's choice: traits that enter the score, or all. */
  readonly traits: "scored" | "all";
  readonly simulated: boolean;
}

export interface WireFlag {
  readonly key: string;
  readonly share?: string;
}

export interface WireCalculated extends Pick<
  Calculated,
  "score_confidence" | "trust_score" | "traits" | "reasons" | "model_version" | "calibrated" | "norms"
> {
  readonly score: number;
  readonly risk_band: RiskBand;
  readonly flags: readonly WireFlag[];
}

/** The `calculated` member of a score event; null when there is no score to send. */
export function wireCalculated(calculated: Calculated, options: WireOptions): WireCalculated | null {
  const { score, risk_band, traits } = calculated;
  if (score === null || risk_band === null) return null;
  return {
    score,
    risk_band,
    score_confidence: calculated.score_confidence,
    trust_score: calculated.trust_score,
    traits: options.traits === "all" ? traits : traits.filter((trait) => trait.risk_band !== "NOT_RATED"),
    flags: calculated.flags.map((flag) => wireFlag(flag, options.simulated)),
    reasons: calculated.reasons,
    model_version: calculated.model_version,
    calibrated: calculated.calibrated,
    norms: calculated.norms,
  };
}

function wireFlag({ key, share }: FlagResult, simulated: boolean): WireFlag {
  const name = simulated ? (SANDBOX_FLAG_ALIASES[key] ?? key) : key;
  return share === undefined ? { key: name } : { key: name, share };
}
