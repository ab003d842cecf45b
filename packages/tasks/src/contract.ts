/**
 * What every task is: a pure state machine, seeded and replayable. The phone draws the state and appends inputs;
 * the server replays the same inputs with the same seed and must arrive at the same state, bit for bit, on every
 * engine. Hence the arithmetic rule for `machine.ts` and `spec.ts`: `+ − × ÷`, comparison, and
 * `Math.imul/floor/round/sqrt` only.
 */

/** One raw input, as the phone recorded it. Unknown members are refused by the machine, never by the transport. */
export interface TaskInput {
  /** Running number inside the attempt, from 0, without gaps. */
  readonly n: number;
  /** Integer milliseconds since the attempt's start (first frame of the task). Never decreases. */
  readonly at: number;
  /** `shown`, `timeout`, `press`, … as the task's data dictionary lists. */
  readonly kind: string;
  /** Stimulus the input belongs to, e.g. `practice-0`, `item-7`. */
  readonly stimulus?: string;
  /** The answer, in the task's own vocabulary, e.g. `left`, `right`. */
  readonly choice?: string;
  /** How it was given. Timing and position signals are computed for pointers only. */
  readonly source?: InputSource;
  /** Pointer position relative to the centre of the pressed target, CSS px, rounded to 0.1; pointers only. */
  readonly dx?: number;
  readonly dy?: number;
  /**
   * Where the pointer went on its way to the press, thinned: up to 20 triples (ms before the press, x, y), oldest first,
   * x and y as `dx` and `dy`. Pointers only; a touch that only lands has none.
   */
  readonly path?: readonly number[];
  /** `event.isTrusted`, and whether a pointer-down preceded the click. */
  readonly trusted?: boolean;
  readonly down?: boolean;
}

export type InputSource = "mouse" | "touch" | "pen" | "keyboard" | "assistive" | "unknown";

/** A refused input leaves the state as it was; it is stored, skipped and counted. */
export interface Refusal {
  readonly refused: string;
}

export function isRefusal(value: object): value is Refusal {
  return "refused" in value;
}

/**
 * Why an input was refused. `malformed`: not an input of this task. `out_of_order`: `n` or `at` went
 * backwards. `not_expected`: valid in form, but not in this state. `too_early`: a timeout before its deadline,
 * or a target before its gap is over. `too_late`: a response after the deadline. `finished`: the task had ended.
 */
export const REFUSALS = ["malformed", "out_of_order", "not_expected", "too_early", "too_late", "finished"] as const;
export type RefusalName = (typeof REFUSALS)[number];

/** 32 lower-case hex characters (128 bits). */
export type Seed = string;

/** Progress that does not lie: `done` of `total` steps, practice included. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** One analysed trial; members beyond these are the task's own and stand in its data dictionary. */
export interface TrialBase {
  readonly stimulus: string;
  readonly practice: boolean;
  /** ms from `shown` to the answer; null when none came. */
  readonly rtMs: number | null;
}

/**
 * `P` parameters, `S` state (plain JSON, never mutated), `V` what the view draws now, `T` a trial.
 * `view(state)` returns null once the task is complete.
 */
export interface TaskMachine<P, S, V, T extends TrialBase> {
  start(seed: Seed, parameters: P): S;
  apply(state: S, input: TaskInput): S | Refusal;
  view(state: S): V | null;
  isComplete(state: S): boolean;
  progress(state: S): Progress;
  trials(state: S): readonly T[];
}

/** One row of the generated data dictionary. */
export interface DataField {
  readonly name: string;
  readonly type: "integer" | "number" | "string" | "boolean";
  readonly unit?: string;
  readonly range?: string;
  readonly description: string;
}

export interface MetricSpec extends DataField {
  /** When the metric is null. */
  readonly missing: string;
  /** Where the definition or formula comes from. */
  readonly source: string;
}

export interface TaskSpec<P> {
  readonly key: string;
  readonly version: number;
  readonly title: string;
  /** What the paradigm is and where it comes from. */
  readonly paradigm: string;
  readonly durationSeconds: number;
  readonly parameters: P;
  readonly parameterDictionary: readonly DataField[];
  readonly inputDictionary: readonly DataField[];
  readonly trialDictionary: readonly DataField[];
  readonly metricDictionary: readonly MetricSpec[];
}

/** A metric is null when its missing rule applies; every value is rounded to 1e-6. */
export type Metrics = Readonly<Record<string, number | null>>;

/** Simulated applicants, acting on the same machines and producing the same inputs as a finger. */
export const PLAYER_NAMES = [
  "honest",
  "careless",
  "random",
  "straight_side",
  "straight_alternating",
  "straight_content",
  "fast",
  "script",
  "assistant",
  "interrupted",
  "accessible",
] as const;
export type PlayerName = (typeof PLAYER_NAMES)[number];

/** Where a simulated applicant stands: standard-normal latent values, and a seed (32 hex) for everything else. */
export interface PlayerPerson {
  readonly seed: Seed;
  /** `z` of each trait in the favourable direction, e.g. `{ patience: 1.2 }`. Missing = drawn from the seed. */
  readonly latent?: Readonly<Record<string, number>>;
  /** Factor on choice noise, lapses, errors and the mood of the day; 1 = as people are, 0 = none. */
  readonly noise?: number;
  /** The day it is played on (32 hex): how the person stands today. Missing = another day for each attempt. */
  readonly day?: Seed;
  /** Sends events as a script without a real pointer does (`trusted` and `down` false). */
  readonly untrustedEvents?: boolean;
}

/** What a player is given: the attempt it plays, and who plays it. */
export interface PlayOptions<P> {
  readonly seed: Seed;
  readonly parameters: P;
  readonly person: PlayerPerson;
}

/** Everything the server knows of one task version. The phone imports `machine.ts` alone. */
export interface TaskDefinition<P, S, V, T extends TrialBase> {
  readonly spec: TaskSpec<P>;
  readonly machine: TaskMachine<P, S, V, T>;
  metrics(trials: readonly T[]): Metrics;
  /** Plays one attempt from start to end and returns the inputs a finger would have produced. */
  play(player: PlayerName, options: PlayOptions<P>): readonly TaskInput[];
}

/**
 * A definition whose own types are forgotten, as the registry keeps it. Safe as long as its parameters and states come
 * from the definition itself, which is what `replay` and stored sessions do.
 */
export type AnyTaskDefinition = TaskDefinition<unknown, unknown, unknown, TrialBase>;

/** What a session pins at creation. */
export interface Battery {
  readonly version: string;
  readonly title: string;
  readonly preview: boolean;
  readonly tasks: readonly { readonly key: string; readonly version: number }[];
  /** Metrics without which the session is unscorable (`DATA_UNUSABLE`), as `task.metric`. */
  readonly requiredMetrics: readonly string[];
  readonly defaultModel: string;
}

/** The outcome of replaying one stored attempt. */
export interface Replay {
  readonly complete: boolean;
  readonly trials: readonly TrialBase[];
  readonly metrics: Metrics;
  readonly accepted: number;
  readonly refusals: Readonly<Partial<Record<RefusalName, number>>>;
}
