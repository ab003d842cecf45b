import type { AnyTaskDefinition, TaskInput, TaskMachine, TrialBase } from "./contract.ts";
import { nameOf, type Recorded, recordHonest, type Recording } from "./attackers/recording.ts";
import { openScreens, type Question, type Screen, type Turn } from "./attackers/screens.ts";
import { type Act, type Body, perform, type Touch } from "./players/hand.ts";
import { createDraws, type Draws, exp } from "./players/random.ts";

/**
 * Who plays in order to get through and not to answer. Written against the machines alone, by nothing that is known of
 * how an attempt is judged, so that the share of them that is found means something.
 */
export interface Attacker {
  readonly name: AttackerName;
  /** What it does, in one sentence. */
  readonly about: string;
  /** One attempt with the task's own parameters, from start to end. */
  play(definition: AnyTaskDefinition, attempt: AttackedAttempt): readonly TaskInput[];
}

export interface AttackedAttempt {
  /** Of the attempt, as granted. */
  readonly seed: string;
  /** 32 hex characters that stand for whoever attacks. */
  readonly personSeed: string;
}

export type AttackerName =
  | "random_click"
  | "random_fast"
  | "straight_left"
  | "straight_right"
  | "alternator"
  | "constant_script"
  | "constant_random_script"
  | "jittered_script"
  | "replay_recording"
  | "half_random";

interface Press {
  readonly afterMs: number;
  /** How it lands, where it is not left to the body. */
  readonly touch?: Touch;
}

interface Answer extends Press {
  /** Null = lets the time limit pass. */
  readonly choice: string | null;
}

interface Attack {
  readonly body: Body;
  answer(question: Question): Answer;
  /** Leaves an instruction or a result; `medianMs`: time of the median person with it. */
  leave(turn: Turn, medianMs: number): Press;
  /** Does not wait for the page, only for the machine. */
  readonly hasty?: boolean;
}

/** What every attack may draw on. */
interface Cast {
  readonly draws: Draws;
  /** The same in all attempts of one attacker. */
  readonly stable: Draws;
  readonly definition: AnyTaskDefinition;
  readonly attempt: AttackedAttempt;
}

/** ln of a person's times about those of the median person, over people and over single answers. */
const LN_TIME = { personSd: 0.25, trialSd: 0.35 };
const FASTEST_HAND_MS = 150;
/** Delay of a program, drawn once for each, ms. */
const DELAY_MS = [350, 900] as const;
const JITTER = 0.2;
const JITTER_PX = 3;

function humanTimes({ draws, stable }: Cast): (medianMs: number) => number {
  const pace = LN_TIME.personSd * stable.normal();
  return (medianMs) => Math.max(FASTEST_HAND_MS, medianMs * exp(pace + LN_TIME.trialSd * draws.normal()));
}

function possible({ choices, wayOut }: Question): readonly string[] {
  return wayOut === null ? choices : [...choices, wayOut];
}

function anyOf(question: Question, draws: Draws): string | null {
  const all = possible(question);
  return all[draws.between(0, all.length - 1)] ?? null;
}

/** A hand that answers without reading, at the pace of one that reads. */
function byHand(cast: Cast, choose: (question: Question) => string | null): Attack {
  const timeMs = humanTimes(cast);
  return {
    body: "finger",
    answer: (question) => ({ choice: choose(question), afterMs: timeMs(question.humanMs) }),
    leave: (_, medianMs) => ({ afterMs: timeMs(medianMs) }),
  };
}

/** One delay before everything, at the exact centre. */
function byProgram({ stable }: Cast, choose: (question: Question) => string | null): Attack {
  const delayMs = stable.between(...DELAY_MS);
  return {
    body: "exact",
    answer: (question) => ({ choice: choose(question), afterMs: delayMs }),
    leave: () => ({ afterMs: delayMs }),
  };
}

const first = ({ wayOut, choices }: Question): string | null => wayOut ?? choices[0] ?? null;
const last = ({ wayOut, choices }: Question): string | null => wayOut ?? choices.at(-1) ?? null;

function alternating(startsLeft: boolean): (question: Question) => string | null {
  let left = !startsLeft;
  return (question) => {
    left = !left;
    return left ? first(question) : last(question);
  };
}

function jittered(cast: Cast): Attack {
  const { draws } = cast;
  const steady = byProgram(cast, ({ known }) => known);
  const offset = (): number => draws.between(-10 * JITTER_PX, 10 * JITTER_PX) / 10;
  const stray = ({ afterMs }: Press): Press => ({
    afterMs: afterMs * (1 + JITTER * (2 * draws.uniform() - 1)),
    touch: { source: "touch", dx: offset(), dy: offset(), trusted: true, down: true },
  });
  return {
    ...steady,
    answer(question) {
      const answer = steady.answer(question);
      return { ...answer, ...stray(answer) };
    },
    leave: (turn, medianMs) => stray(steady.leave(turn, medianMs)),
  };
}

/** Goes through a recording screen by screen, and from the start of a screen again when it was shorter then. */
function follow(recording: Recording): (screen: Screen) => Recorded | undefined {
  const taken = new Map<string, number>();
  return (screen) => {
    const name = nameOf(screen);
    const steps = recording.get(name) ?? [];
    const step = taken.get(name) ?? 0;
    taken.set(name, step + 1);
    return steps[step % Math.max(1, steps.length)];
  };
}

/** The recorded answer, or what can be pressed in its place where it can not be given now. */
function repeated(question: Question, { choice, place }: Recorded): string | null {
  if (choice === null && question.deadlineMs !== null) return null;
  const known = possible(question).find((other) => other === choice);
  return known ?? question.choices[place] ?? first(question);
}

/** 32 hex characters of their own. */
function drawSeed(draws: Draws): string {
  return Array.from({ length: 32 }, () => draws.between(0, 15).toString(16)).join("");
}

function replaying(cast: Cast): Attack {
  const { stable, definition, attempt } = cast;
  const timeMs = humanTimes(cast);
  // One recording for ever: whoever sells it has made it once.
  const recorded = follow(recordHonest(definition, drawSeed(stable), attempt.personSeed));
  return {
    body: "finger",
    answer(question) {
      const step = recorded(question);
      // A second practice was perhaps never recorded.
      if (step === undefined) return { choice: first(question), afterMs: timeMs(question.humanMs) };
      return { choice: repeated(question, step), afterMs: step.afterMs, touch: step.touch };
    },
    leave: (turn, medianMs) => recorded(turn) ?? { afterMs: timeMs(medianMs) },
  };
}

function halfRandom(cast: Cast): Attack {
  const { draws, definition, attempt } = cast;
  const random = byHand(cast, (question) => anyOf(question, draws));
  const recorded = follow(recordHonest(definition, attempt.seed, attempt.personSeed));
  const honestly = new Map<string, boolean>();
  return {
    ...random,
    answer(question) {
      const honest = honestly.get(question.stimulus) ?? draws.chance(0.5);
      honestly.set(question.stimulus, honest);
      if (!honest) return random.answer(question);
      // The recording is of this attempt; after answers at random it may fit no more, and then they know.
      const step = recorded(question);
      const fits = step !== undefined && (step.choice === null || possible(question).includes(step.choice));
      return fits ? step : { ...random.answer(question), choice: question.known };
    },
  };
}

const ATTACKS: Readonly<Record<AttackerName, (cast: Cast) => Attack>> = {
  random_click: (cast) => byHand(cast, (question) => anyOf(question, cast.draws)),
  random_fast: ({ draws }) => ({
    body: "finger",
    answer: (question) => ({ choice: anyOf(question, draws), afterMs: 0 }),
    leave: () => ({ afterMs: 0 }),
    hasty: true,
  }),
  straight_left: (cast) => byHand(cast, first),
  straight_right: (cast) => byHand(cast, last),
  alternator: (cast) => byHand(cast, alternating(cast.stable.chance(0.5))),
  constant_script: (cast) => byProgram(cast, ({ known }) => known),
  constant_random_script: (cast) => byProgram(cast, (question) => anyOf(question, cast.draws)),
  jittered_script: jittered,
  replay_recording: replaying,
  half_random: halfRandom,
};

/** Of a frame at 60 Hz, ms. */
const FRAME_MS = 16;

const landing = ({ touch }: Press): Pick<Act, "touch"> => (touch === undefined ? {} : { touch });

function takeTurn(turn: Turn, attack: Attack, { draws, nowMs }: { draws: Draws; nowMs: number }): Act {
  const { kind, stimulus, machineMs, pageMs, readMs } = turn;
  const waitMs = Math.max(0, (attack.hasty === true ? machineMs : pageMs) - nowMs);
  if (readMs === null)
    return { kind, stimulus, afterMs: attack.hasty === true ? waitMs : waitMs + draws.between(0, FRAME_MS) };
  const press = attack.leave(turn, readMs);
  return { kind, stimulus, afterMs: waitMs + press.afterMs, ...landing(press) };
}

function giveAnswer(question: Question, answer: Answer, { draws, nowMs }: { draws: Draws; nowMs: number }): Act {
  const { stimulus, deadlineMs } = question;
  const { choice, afterMs } = answer;
  const limitMs = deadlineMs === null ? null : deadlineMs - nowMs;
  const passes = choice === null || (limitMs !== null && Math.round(afterMs) > limitMs);
  if (passes) return { kind: "timeout", stimulus, afterMs: (limitMs ?? 0) + draws.between(0, FRAME_MS) };
  return { kind: "press", stimulus, choice, afterMs, ...landing(answer) };
}

function play(name: AttackerName, definition: AnyTaskDefinition, attempt: AttackedAttempt): readonly TaskInput[] {
  const { seed, personSeed } = attempt;
  const draws = createDraws("hand", personSeed, seed, "a");
  const stable = createDraws("person", personSeed, "a");
  const attack = ATTACKS[name]({ draws, stable, definition, attempt });
  const screens = openScreens(definition, seed);
  const decide = (view: unknown, nowMs: number): Act => {
    const screen = screens.read(view, nowMs);
    if (screen.type === "turn") return takeTurn(screen, attack, { draws, nowMs });
    return giveAnswer(screen, attack.answer(screen), { draws, nowMs });
  };
  const machine = definition.machine as TaskMachine<unknown, object, unknown, TrialBase>;
  const options = { seed, parameters: definition.spec.parameters, person: { seed: personSeed } };
  return perform(machine, options, { draws, body: attack.body, decide });
}

function attacker(name: AttackerName, about: string): Attacker {
  return { name, about, play: (definition, attempt) => play(name, definition, attempt) };
}

export const ATTACKERS: Readonly<Record<AttackerName, Attacker>> = {
  random_click: attacker("random_click", "Presses any of the possible answers at the pace of a person who reads."),
  random_fast: attacker("random_fast", "Presses any of the possible answers as quickly as the machine takes them."),
  straight_left: attacker("straight_left", "Presses what stands first on the screen each time, at a person's pace."),
  straight_right: attacker("straight_right", "Presses what stands last on the screen each time, at a person's pace."),
  alternator: attacker("alternator", "Presses what stands first and what stands last in turn, at a person's pace."),
  constant_script: attacker(
    "constant_script",
    "A program that knows the answers and gives each after one constant delay, at the exact centre, with trusted events.",
  ),
  constant_random_script: attacker(
    "constant_random_script",
    "A program that gives any answer after one constant delay, at the exact centre, with trusted events.",
  ),
  jittered_script: attacker(
    "jittered_script",
    "The program that knows the answers, with its delay spread evenly by 20 % and its position by 3 px.",
  ),
  replay_recording: attacker(
    "replay_recording",
    "Plays the recording of somebody's honest attempt again, on whatever this attempt shows.",
  ),
  half_random: attacker(
    "half_random",
    "Answers about half of the stimuli honestly and the others by any answer, at a person's pace.",
  ),
};
