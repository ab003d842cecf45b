import { LANGUAGE_CODES } from "@tallystick/contract";
import {
  actorNames,
  type Latent,
  type Person,
  peopleOf,
  playAll,
  type PlayedAttempt,
  playOne,
  populationOf,
  rowOf,
  scoreSession,
  type SessionRow,
  sessionOf,
  type Setup,
  setUp,
  throughDevice,
} from "@tallystick/simulation";
import { findTask, replay, type TaskInput } from "@tallystick/tasks";
import { mean, sd } from "@tallystick/tasks/statistics";
import { BATTERY, EXTENDED_BATTERY, type Plan, SEED } from "./plan.ts";

/**
 * What one person or session is played for, by number: each study is a function of the number alone, so that any process
 * can play any part of it. Results are plain JSON and small.
 */

export const standard = setUp({ battery: BATTERY });
/** The tasks that only the extended battery has, without balloons, for which there are no norms. */
export const extension = setUp({
  battery: EXTENDED_BATTERY,
  off: [...standard.definitions.map(({ spec }) => spec.key), "balloons"],
});
const honest = peopleOf(populationOf("honest"), SEED);

type ZByTrait = Readonly<Record<string, number>>;

export interface TrustFacts {
  readonly trust: number;
  readonly confidence: SessionRow["confidence"];
  readonly flags: readonly string[];
}

export interface MeasuredPerson extends TrustFacts {
  readonly latent: Readonly<Record<Latent, number>>;
  readonly first: ZByTrait;
  readonly sameDay: ZByTrait;
  readonly otherDay: ZByTrait;
  readonly stens: ZByTrait;
  readonly score: number | null;
  readonly durationMs: number;
  /** Share of patient choices over every other rung of the ladder, and over those between; null without the task. */
  readonly moneyHalves: readonly [number, number] | null;
}

function measure(setup: Setup, index: number): MeasuredPerson {
  const person = honest(index);
  const session = scoreSession(setup, playAll(setup, person));
  const row = rowOf(person, session);
  return {
    latent: row.latent,
    first: row.z,
    sameDay: sessionOf(setup, person, { day: 1, attempt: 2 }).z,
    otherDay: sessionOf(setup, person, { day: 2, attempt: 3 }).z,
    stens: row.stens,
    score: row.score,
    durationMs: row.durationMs,
    moneyHalves: halves(session.trials["money_choices"] as readonly LadderTrial[] | undefined),
    ...trustOf(row),
  };
}

interface LadderTrial {
  readonly kind: string;
  readonly rung: number;
  readonly choseLater: boolean;
}

function halves(trials: readonly LadderTrial[] | undefined): readonly [number, number] | null {
  if (trials === undefined) return null;
  const rising = trials.filter(({ kind }) => kind === "ladder").toSorted((a, b) => a.rung - b.rung);
  const half = (rest: number): number =>
    mean(rising.flatMap(({ choseLater }, at) => (at % 2 === rest ? [Number(choseLater)] : [])));
  return [half(0), half(1)];
}

const trustOf = ({ trust, confidence, flags }: SessionRow): TrustFacts => ({ trust, confidence, flags });

/** For each trait, the share of days on which a band about that day's z' holds the mean of the other days. */
export interface CoveredPerson {
  readonly plain: ZByTrait;
  /** The same about Kelley's estimate r·z'. */
  readonly kelley: ZByTrait;
}

/** z of a two-sided 80 % band. */
const BAND_Z = 1.28;

function cover(index: number, { days }: Plan): CoveredPerson {
  const person = honest(index);
  const rows = Array.from({ length: days }, (_, at) => sessionOf(standard, person, { day: at + 1, attempt: at + 1 }).z);
  const shares = (covers: (z: number, truth: number, r: number) => boolean): ZByTrait =>
    Object.fromEntries(
      tracesOf(rows).map(({ key, values, reliability }) => {
        const total = values.reduce((sum, value) => sum + value, 0);
        const inside = values.filter((z) => covers(z, (total - z) / (values.length - 1), reliability));
        return [key, inside.length / values.length];
      }),
    );
  // The mean of the other days is itself off by chance; the bands are widened by exactly that.
  return {
    plain: shares((z, truth, r) => Math.abs(z - truth) <= BAND_Z * Math.sqrt((1 - r) * (1 + 1 / (days - 1)))),
    kelley: shares((z, truth, r) => Math.abs(r * z - truth) <= BAND_Z * Math.sqrt((1 - r) * (r + 1 / (days - 1)))),
  };
}

function tracesOf(rows: readonly ZByTrait[]) {
  return standard.model.traits.flatMap(({ key, reliability }) => {
    const values = rows.flatMap((z) => (z[key] === undefined ? [] : [z[key]]));
    return values.length < 2 ? [] : [{ key, reliability, values }];
  });
}

/** Standard deviation of two metrics over many seeds, same person and day. */
export interface RepeatedPerson {
  readonly moneyShare: number;
  readonly lnDared: number;
}

function repeat(index: number, { seeds }: Plan): RepeatedPerson {
  const person = honest(index);
  const spread = (key: string, metric: string): number =>
    sd(Array.from({ length: seeds }, (_, attempt) => metricOf(key, metric, person, attempt)));
  return { moneyShare: spread("money_choices", "share_later"), lnDared: spread("cards", "ln_dared") };
}

function metricOf(key: string, metric: string, person: Person, attempt: number): number {
  const definition = findTask(key, 1);
  if (definition === null) throw new Error(`${key} is gone`);
  const { seed, inputs } = playOne(definition, person, { day: 1, attempt });
  return replay(definition, { seed, parameters: definition.spec.parameters, inputs }).metrics[metric] ?? NaN;
}

/** Everybody whose data confidence is looked at, beside the honest people of the first study. */
export const ACTS = [
  { player: "honest", group: "twice as undecided", noise: 2 },
  ...actorNames()
    .filter((player) => player !== "honest")
    .map((player) => ({ player, group: "as fitted", noise: 1 })),
] as const;

const casts = ACTS.map(({ player, noise }) => peopleOf(populationOf(player, noise), `${SEED} ${player}`));

export interface ActedSession extends TrustFacts {
  /** Place in ACTS. */
  readonly act: number;
  readonly hasScore: boolean;
}

function act(index: number): ActedSession {
  const place = index % ACTS.length;
  const person = casts[place]?.(Math.floor(index / ACTS.length));
  if (person === undefined) throw new Error("nobody acts");
  const row = sessionOf(standard, person);
  return { act: place, hasScore: row.score !== null, ...trustOf(row) };
}

/** The first is the comparison: as played. */
export const DEVICES = [undefined, 60, 30].flatMap((frameHz) =>
  [0, 30, 60, 100].map((delayMs) => ({ delayMs, ...(frameHz === undefined ? {} : { frameHz }) })),
);

export interface RecordedSession {
  readonly score: number | null;
  readonly attention: number | null;
  readonly planning: number | null;
  readonly medianTapMs: number | null;
  readonly unfinished: number;
}

function record(index: number): RecordedSession[] {
  const played = playAll(standard, honest(index));
  return DEVICES.map((device) => {
    const { result, metrics, unfinished } = scoreSession(
      standard,
      played.map((attempt) => throughDevice(attempt, device)),
    );
    return {
      score: result.score,
      attention: result.working.z["attention"] ?? null,
      planning: result.working.z["planning"] ?? null,
      medianTapMs: metrics["quick_taps.median_rt_ms"] ?? null,
      unfinished: unfinished.length,
    };
  });
}

export const OFFLINE_PERIODS = 10;

export interface Journey {
  /** Trust lost by the periods without network. */
  readonly offlineCost: number;
  readonly offlineChanged: boolean;
  /** Languages in which anything but the label came out otherwise. */
  readonly languagesChanged: number;
}

function travel(index: number): Journey {
  const person = honest(index);
  const played = playAll(standard, person);
  const before = rowOf(person, scoreSession(standard, played));
  const after = rowOf(person, scoreSession(standard, played.map(throughOutages)));
  const spoken = LANGUAGE_CODES.map((group) => sessionOf(standard, { ...person, group }));
  return {
    offlineCost: before.trust - after.trust,
    offlineChanged: JSON.stringify(after) !== JSON.stringify(before),
    languagesChanged: spoken.filter((row) => JSON.stringify({ ...row, group: person.group }) !== JSON.stringify(before))
      .length,
  };
}

/** The page keeps inputs while the network is away and sends them as batches afterwards; their times are their own. */
function throughOutages(attempt: PlayedAttempt): PlayedAttempt {
  const periods = OFFLINE_PERIODS / standard.definitions.length;
  const size = Math.ceil(attempt.inputs.length / (periods + 1));
  const batches = Array.from({ length: periods + 1 }, (_, batch) =>
    JSON.stringify(attempt.inputs.slice(batch * size, (batch + 1) * size)),
  );
  return { ...attempt, inputs: batches.flatMap((batch) => JSON.parse(batch) as TaskInput[]) };
}

/** By name: how many numbers a plan has for it, and what is played for one. */
export const STUDIES = {
  people: { size: (plan: Plan) => plan.people, play: (index: number) => measure(standard, index) },
  extension: { size: (plan: Plan) => plan.extension, play: (index: number) => measure(extension, index) },
  days: { size: (plan: Plan) => plan.dayPeople, play: cover },
  seeds: { size: (plan: Plan) => plan.seedPeople, play: repeat },
  acts: { size: (plan: Plan) => plan.acts * ACTS.length, play: act },
  devices: { size: (plan: Plan) => plan.devices, play: record },
  journeys: { size: (plan: Plan) => plan.journeys, play: travel },
} as const;

export type StudyName = keyof typeof STUDIES;
export type Results = { readonly [Name in StudyName]: readonly ReturnType<(typeof STUDIES)[Name]["play"]>[] };
export const STUDY_NAMES = Object.keys(STUDIES) as readonly StudyName[];

/** Results of the numbers `from` … `to` − 1 of a study. */
export function playPart({ study, from, to }: Part, plan: Plan): unknown[] {
  const { play } = STUDIES[study];
  return Array.from({ length: to - from }, (_, at) => play(from + at, plan));
}

export interface Part {
  readonly study: StudyName;
  readonly from: number;
  readonly to: number;
}
