import type { Calculated, FlagResult, RiskBand } from "./contract.ts";

/** Names that differ on the wire for the sandbox, as lenders' existing integrations expect them. */
export const SANDBOX_FLAG_ALIASES: Readonly<Record<string, string>> = { synthetic_input: "scripted_input" };

export interface WireOptions {
  /** The environment's choice: traits that enter the score, or all. */
  readonly traits: "scored" | "all";
  readonly simulated: boolean;
}

export type WireCalculated = Omit<Calculated, "working" | "score" | "risk_band" | "flags"> & {
  readonly score: number;
  readonly risk_band: RiskBand;
  readonly flags: readonly { readonly key: string; readonly share?: string }[];
};

/** The `calculated` member of a score event; null when there is no score to send. */
export function wireCalculated(calculated: Calculated, options: WireOptions): WireCalculated | null {
  const { working: _working, score, risk_band, flags, traits, ...rest } = calculated;
  if (score === null || risk_band === null) return null;
  return {
    ...rest,
    score,
    risk_band,
    traits: options.traits === "all" ? traits : traits.filter((trait) => trait.risk_band !== "NOT_RATED"),
    flags: flags.map((flag) => wireFlag(flag, options.simulated)),
  };
}

function wireFlag({ key, share }: FlagResult, simulated: boolean): { key: string; share?: string } {
  const name = simulated ? (SANDBOX_FLAG_ALIASES[key] ?? key) : key;
  return share === undefined ? { key: name } : { key: name, share };
}
