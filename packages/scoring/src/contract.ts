/** Shapes of the scoring room: replayed metrics in, a calculated result out. Pure: no I/O, clock or randomness. */

export type RiskBand = "VERY_LOW" | "LOW" | "MEDIUM" | "HIGH" | "VERY_HIGH";
export type TraitBand = RiskBand | "NOT_RATED";
export type Confidence = "HIGH" | "MEDIUM" | "LOW";

/** One task's attempt as it counts for the score. `trials` and `inputs` feed the trust signals. */
export interface ScoredTask {
  readonly key: string;
  readonly version: number;
  readonly complete: boolean;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly trials: readonly Readonly<Record<string, unknown>>[];
  readonly inputs: readonly ScoredInput[];
  readonly refusedCount: number;
}

/** The part of a raw input the signals look at (structurally a `TaskInput`). */
export interface ScoredInput {
  readonly at: number;
  readonly kind: string;
  readonly stimulus?: string;
  readonly choice?: string;
  readonly source?: string;
  readonly dx?: number;
  readonly dy?: number;
  readonly trusted?: boolean;
  readonly down?: boolean;
}

/** Facts about the journey, from stored rows only. */
export interface JourneyFacts {
  /** Attempts beyond the first, over all tasks of this run. */
  readonly interruptions: number;
  /** Total ms the page was hidden while a task was running. */
  readonly hiddenMs: number;
  /** Take-overs by another device or tab. */
  readonly takeovers: number;
  /** Earlier runs of this session that were opened. */
  readonly earlierRuns: number;
  /** `navigator.webdriver` as the page reported it. */
  readonly webdriver: boolean;
  /** The page's own end state differs from the replay's (phone and server disagree). */
  readonly replayMismatch: boolean;
}

export interface Norm {
  readonly centre: number;
  readonly scale: number;
  readonly meanZ: number;
  readonly sdZ: number;
  readonly n: number;
  readonly source: string;
  readonly status: "measured" | "simulated" | "assumed";
}

export interface ModelTrait {
  readonly key: string;
  /** `task.metric`. */
  readonly metric: string;
  readonly norm: Norm;
  /** +1: more of the metric is more of the trait's name; −1: less of it. */
  readonly nameDirection: 1 | -1;
  /** +1: more of the metric is favourable (lower risk). */
  readonly favourable: 1 | -1;
  /** Test-retest reliability at the length used, 0–1. */
  readonly reliability: number;
  /** 0 = shown where the lender asks, never in the score. */
  readonly weight: number;
  /** A sentence a lender may show to an applicant. */
  readonly reason: string;
}

export interface ModelArtefact {
  readonly version: string;
  readonly batteries: readonly string[];
  readonly preview: boolean;
  readonly calibrated: boolean;
  readonly norms: "provisional" | "local";
  readonly traits: readonly ModelTrait[];
  /** Correlation of favourable z' between two traits; missing pairs are 0. */
  readonly correlations: readonly { readonly a: string; readonly b: string; readonly rho: number }[];
  /** Upper limits of VERY_LOW, LOW, MEDIUM, HIGH; a score ≥ the last is VERY_HIGH. */
  readonly bandCutoffs: readonly [number, number, number, number];
  readonly signals: Readonly<Record<string, { readonly weight: number; readonly from: number; readonly span: number }>>;
  readonly confidence: { readonly high: number; readonly medium: number; readonly minimumObservable: number };
}

export interface TraitResult {
  readonly key: string;
  /** Sten 1–10 in the direction of the trait's name. */
  readonly value: number;
  readonly risk_band: TraitBand;
}

export interface FlagResult {
  readonly key: string;
  /** Graded strength 0–1, rounded to 1e-6. */
  readonly strength: number;
  /** Share of the signal's base, a decimal string, where one is defined. */
  readonly share?: string;
}

export interface ReasonResult {
  readonly key: string;
  readonly text: string;
}

export interface Calculated {
  /** 1–99, percentile of risk; null when a required metric is missing. */
  readonly score: number | null;
  readonly risk_band: RiskBand | null;
  readonly score_confidence: Confidence;
  readonly trust_score: number;
  readonly traits: readonly TraitResult[];
  readonly flags: readonly FlagResult[];
  readonly reasons: readonly ReasonResult[];
  readonly model_version: string;
  readonly calibrated: boolean;
  readonly norms: "provisional" | "local";
  /** For people who audit: every intermediate value, rounded to 1e-6. */
  readonly working: {
    readonly z: Readonly<Record<string, number>>;
    readonly favourable: Readonly<Record<string, number>>;
    readonly u: number | null;
    readonly missing: readonly string[];
    readonly integrity: "verified" | "replay_mismatch";
  };
}
