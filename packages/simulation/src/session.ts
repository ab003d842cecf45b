import {
  type AnyTaskDefinition,
  type Battery,
  findBattery,
  findTask,
  replay,
  type TaskInput,
  type TrialBase,
} from "@tallystick/tasks";
import {
  type Calculated,
  findModel,
  type JourneyFacts,
  type ModelArtefact,
  score,
  type ScoredTask,
} from "@tallystick/scoring";
import { findAttacker, isPlayer } from "./actors.ts";
import { asPlayer, type Latent, type Person } from "./population.ts";
import { seedFor } from "./seed.ts";

/** What is played and what it is scored with. */
export interface Setup {
  readonly battery: Battery;
  /** The battery's tasks without those switched off, in its order. */
  readonly definitions: readonly AnyTaskDefinition[];
  readonly model: ModelArtefact;
}

export interface SetupNames {
  /** Version of a released battery. */
  readonly battery: string;
  /** Keys of tasks that are switched off. */
  readonly off?: readonly string[];
  /** Version of a shipped model; default: the battery's. */
  readonly model?: string;
}

/** Throws RangeError when there is no such battery, task or model, or the model is not one of the battery's. */
export function setUp(names: SetupNames): Setup {
  const battery = findBattery(names.battery);
  if (battery === null) throw new RangeError(`there is no battery ${names.battery}`);
  const version = names.model ?? battery.defaultModel;
  const model = findModel(version);
  if (model === null) throw new RangeError(`there is no model ${version}`);
  if (!model.batteries.includes(battery.version))
    throw new RangeError(`model ${version} is not one of battery ${battery.version}`);
  const off = names.off ?? [];
  const stranger = off.find((key) => battery.tasks.every((task) => task.key !== key));
  if (stranger !== undefined) throw new RangeError(`battery ${battery.version} has no task ${stranger}`);
  const definitions = battery.tasks
    .filter(({ key }) => !off.includes(key))
    .map(({ key, version: taskVersion }) => {
      const found = findTask(key, taskVersion);
      if (found === null) throw new RangeError(`there is no task ${key} version ${String(taskVersion)}`);
      return found;
    });
  return { battery, definitions, model };
}

/** One attempt as it would be stored. */
export interface PlayedAttempt {
  readonly definition: AnyTaskDefinition;
  readonly seed: string;
  readonly inputs: readonly TaskInput[];
}

/** When a session is played: people differ from day to day, and no two attempts show the same stimuli. */
export interface Occasion {
  readonly day: number;
  readonly attempt: number;
}

export const FIRST_OCCASION: Occasion = { day: 1, attempt: 1 };

/** Plays one task. Throws RangeError when there is no such player or attacker. */
export function playOne(definition: AnyTaskDefinition, person: Person, { day, attempt }: Occasion): PlayedAttempt {
  const { key, parameters } = definition.spec;
  const seed = seedFor(person.seed, `attempt ${String(attempt)} on day ${String(day)} of ${key}`);
  if (!isPlayer(person.player)) {
    const attacker = findAttacker(person.player);
    if (attacker === null) throw new RangeError(`there is no player ${person.player}`);
    return { definition, seed, inputs: attacker.play(definition, { seed, personSeed: person.seed }) };
  }
  // Each task has a day of its own: one draw for all would make traits go together that are asked not to.
  const who = asPlayer(person, seedFor(person.seed, `day ${String(day)} of ${key}`));
  return { definition, seed, inputs: definition.play(person.player, { seed, parameters, person: who }) };
}

export function playAll(setup: Setup, person: Person, occasion: Occasion = FIRST_OCCASION): PlayedAttempt[] {
  return setup.definitions.map((definition) => playOne(definition, person, occasion));
}

/** A journey in which nothing happened beside the tasks. */
export const CALM_JOURNEY: JourneyFacts = {
  interruptions: 0,
  hiddenMs: 0,
  takeovers: 0,
  earlierRuns: 0,
  nearDuplicates: 0,
  webdriver: false,
  deviceClass: null,
  replayMismatch: false,
};

export interface ScoredSession {
  readonly result: Calculated;
  /** By `task.metric`; null as the task's data dictionary says. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Trials of each task, by key. */
  readonly trials: Readonly<Record<string, readonly TrialBase[]>>;
  /** From the first frame of each task to its last input, ms, added up. */
  readonly durationMs: number;
  /** Keys of tasks that did not come to an end. */
  readonly unfinished: readonly string[];
}

/** Replays the inputs as the server does, measures them and scores the whole. */
export function scoreSession(setup: Setup, attempts: readonly PlayedAttempt[]): ScoredSession {
  const tasks = attempts.map(replayed);
  const { battery, model } = setup;
  return {
    result: score({ model, battery, tasks, journey: CALM_JOURNEY }),
    metrics: Object.fromEntries(
      tasks.flatMap(({ key, metrics }) => Object.entries(metrics).map(([name, value]) => [`${key}.${name}`, value])),
    ),
    trials: Object.fromEntries(tasks.map(({ key, trials }) => [key, trials])),
    durationMs: attempts.reduce((sum, { inputs }) => sum + (inputs.at(-1)?.at ?? 0), 0),
    unfinished: tasks.filter(({ complete }) => !complete).map(({ key }) => key),
  };
}

interface ReplayedTask extends ScoredTask {
  readonly trials: readonly (TrialBase & Readonly<Record<string, unknown>>)[];
}

function replayed({ definition, seed, inputs }: PlayedAttempt): ReplayedTask {
  const { key, version, parameters } = definition.spec;
  const { complete, metrics, trials, refusals } = replay(definition, { seed, parameters, inputs });
  return {
    key,
    version,
    complete,
    metrics,
    trials: trials.map((trial) => ({ ...trial })),
    inputs,
    refusedCount: Object.values(refusals).reduce((sum, count) => sum + count, 0),
  };
}

/** What is kept of a session; everything in it is simulated. */
export interface SessionRow {
  /** `SIM-` and a number: no uid of a lender looks like it by accident. */
  readonly uid: string;
  readonly player: string;
  readonly group: string;
  /** True standing, standard normal, in the favourable direction. Attackers have one and do not use it. */
  readonly latent: Readonly<Record<Latent, number>>;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** z' by trait, in its metric's direction. */
  readonly z: Readonly<Record<string, number>>;
  /** 1–10 by trait, in the direction of its name. */
  readonly stens: Readonly<Record<string, number>>;
  readonly score: number | null;
  readonly u: number | null;
  readonly trust: number;
  readonly confidence: Calculated["score_confidence"];
  /** Keys of flags that cost something. */
  readonly flags: readonly string[];
  readonly durationMs: number;
}

export function rowOf(person: Person, { result, metrics, durationMs }: ScoredSession): SessionRow {
  const { uid, player, group, latent } = person;
  return {
    uid,
    player,
    group,
    latent,
    metrics,
    z: result.working.z,
    stens: Object.fromEntries(result.traits.map(({ key, value }) => [key, value])),
    score: result.score,
    u: result.working.u,
    trust: result.trust_score,
    confidence: result.score_confidence,
    flags: result.flags.filter(({ strength }) => strength > 0).map(({ key }) => key),
    durationMs,
  };
}

/** Plays, replays and scores one person's session. */
export function sessionOf(setup: Setup, person: Person, occasion: Occasion = FIRST_OCCASION): SessionRow {
  return rowOf(person, scoreSession(setup, playAll(setup, person, occasion)));
}
