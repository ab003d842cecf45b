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

/** What the score needs to know of the battery a session pinned. */
export interface ScoredBattery {
  readonly version: string;
  /** Metrics without which there is no score, as `task.metric`. */
  readonly requiredMetrics: readonly string[];
}

export interface ScoreOptions {
  readonly model: ModelArtefact;
  readonly battery: ScoredBattery;
  /** The attempt that counts of each task; a task that is switched off is absent. */
  readonly tasks: readonly ScoredTask[];
  readonly journey: JourneyFacts;
  /** The environment's cut-offs; default: the model's. */
  readonly bandCutoffs?: BandCutoffs;
}

/** Upper limits of VERY_LOW, LOW, MEDIUM and HIGH, rising; a score at or above the last is VERY_HIGH. */
export type BandCutoffs = readonly [number, number, number, number];

/** The part of a raw input the signals look at (structurally a `TaskInput`). */
export interface ScoredInput {
  readonly at: number;
  readonly kind: string;
  readonly stimulus?: string;
  readonly choice?: string;
  readonly source?: string;
  readonly dx?: number;
  readonly dy?: number;
  /** Way to the press: triples (ms before it, x, y), oldest first, CSS px from the target's centre. */
  readonly path?: readonly number[];
  readonly trusted?: boolean;
  readonly down?: boolean;
}

/** Absolute times are comparable inside one class only. */
export const DEVICE_CLASSES = ["phone", "tablet", "computer"] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

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
  /** Other journeys opened under the same canonical uid within 30 days, in the same environment. */
  readonly nearDuplicates: number;
  /** `navigator.webdriver` as the page reported it. */
  readonly webdriver: boolean;
  /** Coarse class of the device the journey was last opened on; null when the page did not say. */
  readonly deviceClass: DeviceClass | null;
  /** The page's own end state differs from the replay's (phone and server disagree). */
  readonly replayMismatch: boolean;
}

/** z = (metric − centre)/scale, clipped to ±3; z' = (z − meanZ)/sdZ. */
export interface Norm {
  /** Median, or mean where the metric has at most 20 values. */
  readonly centre: number;
  /** 1.4826·MAD, or the standard deviation with the mean. */
  readonly scale: number;
  /** Mean and standard deviation of the clipped z in the norm group. */
  readonly meanZ: number;
  readonly sdZ: number;
  /** People behind it; 0 = assumed. */
  readonly n: number;
  readonly source: string;
  readonly status: "measured" | "simulated" | "assumed";
}

export interface ModelTrait {
  readonly key: string;
  /** `task.metric`. */
  readonly metric: string;
  /** What is done to the metric before the norm; skewed metrics are logged where they are measured. */
  readonly transformation?: "identity" | "ln";
  readonly norm: Norm;
  /** Instead of `norm` on such a device, for metrics that are absolute times. */
  readonly normsByDevice?: Readonly<Partial<Record<DeviceClass, Norm>>>;
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

/** Strength = clamp((observed − from)/span, 0, 1); a negative span grades values below `from`. */
export interface SignalSetting {
  /** Most the signal can take away: trust is multiplied by 1 − weight·strength. */
  readonly weight: number;
  readonly from: number;
  readonly span: number;
  /** What it says to the lender, in a plain sentence that blames nobody. */
  readonly text?: string;
}

/**
 * Everything a score depends on besides the inputs. One JSON document; the hash of its canonical text names it. The
 * members that are not required are absent in the preview models, whose results stay reproducible as they were.
 */
export interface ModelArtefact {
  readonly version: string;
  readonly title?: string;
  readonly batteries: readonly string[];
  readonly preview: boolean;
  readonly calibrated: boolean;
  readonly norms: "provisional" | "local";
  readonly traits: readonly ModelTrait[];
  /** Correlation of z' between two traits, each in its metric's direction; missing pairs are 0. */
  readonly correlations: readonly { readonly a: string; readonly b: string; readonly rho: number }[];
  /**
   * 98 falling values of u: the score is one more than the number of those that u does not exceed. Absent: the percentile
   * of the normal distribution, to which the first models' tables are equal.
   */
  readonly percentileTable?: readonly number[];
  readonly uncertainty?: UncertaintySetting;
  readonly bandCutoffs: BandCutoffs;
  /** Trust signals by flag key; one that is absent is not computed. */
  readonly signals: Readonly<Record<string, SignalSetting>>;
  /** Trust from `high` on is HIGH, from `medium` on MEDIUM; below `minimumObservable` core signals at most MEDIUM. */
  readonly confidence: { readonly high: number; readonly medium: number; readonly minimumObservable: number };
}

/** How far one measurement may lie from the next, as shown beside it. */
export interface UncertaintySetting {
  /** z of a two-sided 80 % band about a trait: z' ± traitZ·sqrt(1 − r). */
  readonly traitZ: number;
  /** Half-width of the score's band on u. */
  readonly scoreU: number;
}

export interface TraitResult {
  readonly key: string;
  /** Sten 1–10 in the direction of the trait's name. */
  readonly value: number;
  readonly risk_band: TraitBand;
}

export interface Uncertainty {
  /** Low and high end of the score's band, 1–99; null without a score. */
  readonly score: readonly [number, number] | null;
  readonly traits: Readonly<Record<string, TraitUncertainty>>;
}

export interface TraitUncertainty {
  /** Of Kelley's estimate t: sqrt(r(1 − r)). */
  readonly standardError: number;
  /** Ends of the 80 % band in stens in the direction of the trait's name, to .1, within .5–10.5. */
  readonly stens: readonly [number, number];
}

export interface FlagResult {
  readonly key: string;
  /** Graded strength 0–1, rounded to 1e-6; 0 for a note that costs nothing (`accessible_path`). */
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
    /** z' of each trait, in its metric's direction. */
    readonly z: Readonly<Record<string, number>>;
    /** Shrunk towards the mean, in the favourable direction: t = r·s·z'. */
    readonly favourable: Readonly<Record<string, number>>;
    /** Standardised composite, + is favourable. */
    readonly u: number | null;
    /** Absent where the model does not say how uncertain it is. */
    readonly uncertainty?: Uncertainty;
    /** Strength of each trust signal; null = could not be observed. */
    readonly signals: Readonly<Record<string, number | null>>;
    /** Required metrics that are missing. */
    readonly missing: readonly string[];
    readonly integrity: "verified" | "replay_mismatch";
  };
}
