import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { machine, type Machine } from "../bench/machine.ts";
import { seeded } from "../tools/harness/hostile-proxy.ts";
import { type Crowd, gatherCrowd } from "./applicants.ts";
import { check, type Violation } from "./checker.ts";
import { collectHistory, deliveredSince, keepEvidence, letTimePass, openWork } from "./evidence.ts";
import { FAULTS } from "./faults/all.ts";
import type { Fault } from "./faults/fault.ts";
import type { History, SeenDelivered } from "./history.ts";
import { type Recovery, recoveries } from "./recovery.ts";
import { type Counts, countFaults, countHistory, sumOf } from "./counts.ts";
import { createDeck, playRound, type Round, type RoundOptions } from "./rounds.ts";
import { openWorld, type Shape, type World } from "./world.ts";

export interface RunOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** No round begins any more once it is aborted. */
  readonly signal: AbortSignal;
  /** The history and the logs are kept below this folder when something was wrong; null: nowhere. */
  readonly evidenceDir: string | null;
  readonly say: (sentence: string) => void;
}

export interface ChaosReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly machine: Machine;
  readonly seed: number;
  readonly rounds: number;
  /** Every fault could be dealt; none was left out on demand. */
  readonly isWhole: boolean;
  readonly seconds: number;
  readonly byFault: Readonly<Record<string, number>>;
  /** Faults that could not be done here, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly counts: Counts;
  readonly violations: readonly Violation[];
  /** What went wrong beside the rules: processes that ended by themselves, journeys that were never answered. */
  readonly problems: readonly string[];
  readonly recovery: readonly Recovery[];
}

/** In so many rounds two faults strike at once. */
const SHARE_OF_TWO = 0.15;
/** All faults of a run may be of one group. */
const TRIES = 5;
/** Nearer retries come by themselves soon enough. */
const NEAR_MS = 6_000;
const SETTLE_MS = 150_000;

/** For each kind of world: opens it, plays its share of the rounds, waits until all is quiet, judges, and takes it down. */
export async function runChaos(options: RunOptions): Promise<ChaosReport> {
  const begun = performance.now();
  const parts: Part[] = [];
  for (const share of sharesOf(options)) {
    if (options.signal.aborted || share.rounds === 0) continue;
    options.say(WORDS[share.shape]);
    const world = await openWorld(share.shape);
    try {
      parts.push(await playAndJudge(world, options, share));
    } finally {
      await world.close();
    }
  }
  const rounds = parts.flatMap((part) => part.rounds);
  return {
    at: new Date().toISOString(),
    machine: machine(),
    seed: options.seed,
    rounds: rounds.length,
    isWhole: options.faults.length === FAULTS.length,
    seconds: Math.round((performance.now() - begun) / 1000),
    byFault: countFaults(rounds),
    skipped: Object.assign({}, ...parts.map(({ skipped }) => skipped)) as ChaosReport["skipped"],
    counts: sumOf(parts.map(({ counts }) => counts)),
    violations: parts.flatMap(({ violations }) => violations),
    problems: parts.flatMap(({ problems }) => problems),
    recovery: recoveries(
      rounds,
      parts.flatMap(({ history }) => history.receipts),
    ),
  };
}

const WORDS: Readonly<Record<Shape, string>> = {
  apart: "Starting PostgreSQL, api, two workers and four lenders …",
  whole: "Starting PostgreSQL, one serve and four lenders …",
};

interface Share {
  readonly shape: Shape;
  readonly faults: readonly Fault[];
  readonly rounds: number;
}

/** As many rounds for each world as it has faults of its own; what strikes in both counts with the first. */
export function sharesOf({ faults, rounds }: Pick<RunOptions, "faults" | "rounds">): readonly Share[] {
  const whole = faults.filter(({ shapes }) => shapes?.includes("whole"));
  const apart = faults.filter(({ shapes }) => shapes?.includes("apart") ?? true);
  const own = whole.filter((fault) => !apart.includes(fault)).length;
  const wholeRounds = Math.round((rounds * own) / faults.length);
  return [
    { shape: "apart", faults: apart, rounds: rounds - wholeRounds },
    { shape: "whole", faults: whole, rounds: wholeRounds },
  ];
}

/** What one world has shown. */
interface Part {
  readonly rounds: readonly Round[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly counts: Counts;
  readonly violations: readonly Violation[];
  readonly problems: readonly string[];
  readonly history: History;
}

async function playAndJudge(world: World, options: RunOptions, share: Share): Promise<Part> {
  const skipped = impossibleHere(world, { ...options, faults: share.faults });
  const crowd = gatherCrowd(world.baseUrl, world.lenders, `CHAOS-${options.seed}${share.shape[0]}`);
  const seen: SeenDelivered[] = [];
  const background: Promise<void>[] = [];
  const problems: string[] = [];
  const stage = { world, crowd, seen, background, problems };
  const rounds = await playRounds(stage, { ...options, ...share }, Object.keys(skipped));
  options.say("Waiting until everything has arrived …");
  problems.push(...(await settle(world, crowd, background)));
  const history = await collectHistory(world, crowd.acknowledged, seen);
  const part: Part = {
    rounds,
    skipped,
    counts: countHistory(history),
    violations: check(history),
    problems: [...world.surprises, ...crowd.failures, ...problems],
    history,
  };
  if (!isClean(part) && options.evidenceDir !== null) {
    const name = `${new Date().toISOString().replaceAll(":", "-")}-${share.shape}`;
    const folder = keepEvidence(world, join(options.evidenceDir, name), { part });
    options.say(`Something was wrong: the history and the logs are in ${folder}`);
  }
  return part;
}

/** Nothing was lost, doubled or mixed up, and nothing ended by itself. */
export function isClean({ violations, problems }: Pick<ChaosReport, "violations" | "problems">): boolean {
  return violations.length === 0 && problems.length === 0;
}

function impossibleHere(world: World, { faults, say }: RunOptions): Record<string, string> {
  const skipped: Record<string, string> = {};
  for (const fault of faults) {
    const reason = fault.impossible?.(world) ?? null;
    if (reason === null) continue;
    skipped[fault.name] = reason;
    say(`SKIPPED: ${fault.name}: ${reason}.`);
  }
  return skipped;
}

interface Stage {
  readonly world: World;
  readonly crowd: Crowd;
  readonly seen: SeenDelivered[];
  readonly background: Promise<void>[];
  readonly problems: string[];
}

async function playRounds(
  { world, crowd, seen, background, problems }: Stage,
  options: RunOptions,
  skipped: readonly string[],
): Promise<Round[]> {
  const random = seeded(options.seed);
  const possible = options.faults.filter(({ name }) => !skipped.includes(name));
  const deal = createDeck(possible, world, random);
  const stage: RoundOptions = { world, crowd, random, later: (work) => void background.push(work) };
  const rounds: Round[] = [];
  while (rounds.length < options.rounds && !options.signal.aborted) {
    const first = deal();
    const second = possible.length > 1 ? dealSecond(first, deal, random) : null;
    const faults = second === null || second.group === first.group ? [first] : [first, second];
    const round = await playRound(faults, stage).catch((error: unknown) => {
      problems.push(
        `Round ${rounds.length + 1} (${faults.map(({ name }) => name).join(" + ")}) broke off: ${String(error)}`,
      );
      return null;
    });
    if (round === null) break;
    rounds.push(round);
    seen.push(...(await deliveredSince(world, seen.at(-1)?.delivered_at ?? "")));
    await letTimePass(world, NEAR_MS);
    options.say(`${rounds.length}/${options.rounds} ${round.faults.join(" + ")}: ${round.tookMs} ms`);
  }
  return rounds;
}

/** What strikes beside the first: nothing in most rounds, but for one that harms nothing by itself. */
function dealSecond(first: Fault, deal: () => Fault, random: () => number): Fault | null {
  if (first.isCompany !== true) return random() < SHARE_OF_TWO ? deal() : null;
  let second = deal();
  for (let tries = 1; second.group === first.group && tries < TRIES; tries += 1) second = deal();
  return second;
}

/** Returns what is still open when patience ends. */
async function settle(world: World, crowd: Crowd, background: readonly Promise<void>[]): Promise<string[]> {
  await crowd.stop();
  await Promise.all(background);
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const open = await openWork(world);
    if (open === 0) return [];
    if (Date.now() > deadline) return [`${open} deliveries or simulated journeys were still open in the end`];
    await letTimePass(world, 0);
    await delay(250);
  }
}
