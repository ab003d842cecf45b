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
import { createDeck, playRound, type Round, type RoundOptions } from "./rounds.ts";
import { openWorld, type World } from "./world.ts";

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
  readonly counts: {
    readonly acknowledged: number;
    readonly results: number;
    readonly receipts: number;
    /** Receipts of an event that had been accepted before. */
    readonly repeated: number;
    readonly attempts: number;
    /** Attempts whose outcome came when another worker held the lease: logged, and without effect. */
    readonly late: number;
  };
  readonly violations: readonly Violation[];
  /** What went wrong beside the rules: processes that ended by themselves, journeys that were never answered. */
  readonly problems: readonly string[];
  readonly recovery: readonly Recovery[];
}

/** In so many rounds two faults strike at once. */
const SHARE_OF_TWO = 0.15;
/** Nearer retries come by themselves soon enough. */
const NEAR_MS = 6_000;
const SETTLE_MS = 150_000;

/** Opens a world, plays the rounds, waits until all is quiet, judges, and takes the world down whatever happened. */
export async function runChaos(options: RunOptions): Promise<ChaosReport> {
  options.say("Starting PostgreSQL, api, two workers and four lenders …");
  const world = await openWorld();
  try {
    return await playAndJudge(world, options);
  } finally {
    await world.close();
  }
}

async function playAndJudge(world: World, options: RunOptions): Promise<ChaosReport> {
  const begun = performance.now();
  const skipped = impossibleHere(world, options);
  const crowd = gatherCrowd(world.baseUrl, world.lenders, `CHAOS-${options.seed}x`);
  const seen: SeenDelivered[] = [];
  const background: Promise<void>[] = [];
  const problems: string[] = [];
  const rounds = await playRounds({ world, crowd, seen, background, problems }, options, Object.keys(skipped));
  options.say("Waiting until everything has arrived …");
  problems.push(...(await settle(world, crowd, background)));
  const history = await collectHistory(world, crowd.acknowledged, seen);
  const report: ChaosReport = {
    at: new Date().toISOString(),
    machine: machine(),
    seed: options.seed,
    rounds: rounds.length,
    isWhole: options.faults.length === FAULTS.length,
    seconds: Math.round((performance.now() - begun) / 1000),
    byFault: countFaults(rounds),
    skipped,
    counts: countHistory(history),
    violations: check(history),
    problems: [...world.surprises, ...crowd.failures, ...problems],
    recovery: recoveries(rounds, history.receipts),
  };
  if (!isClean(report) && options.evidenceDir !== null) {
    const folder = keepEvidence(world, join(options.evidenceDir, report.at.replaceAll(":", "-")), { report, history });
    options.say(`Something was wrong: the history and the logs are in ${folder}`);
  }
  return report;
}

/** Nothing was lost, doubled or mixed up, and nothing ended by itself. */
export function isClean({ violations, problems }: ChaosReport): boolean {
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
    const second = possible.length > 1 && random() < SHARE_OF_TWO ? deal() : first;
    const faults = second.group === first.group ? [first] : [first, second];
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

function countFaults(rounds: readonly Round[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of rounds.flatMap(({ faults }) => faults)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function countHistory({ acknowledged, receipts, rows }: History): ChaosReport["counts"] {
  const accepted = new Set<string>();
  let repeated = 0;
  for (const { headers, answered } of receipts) {
    const id = String(headers["webhook-id"]);
    if (accepted.has(id)) repeated += 1;
    if (answered === 200) accepted.add(id);
  }
  return {
    acknowledged: acknowledged.length,
    results: rows.results.length,
    receipts: receipts.length,
    repeated,
    attempts: rows.attempts.length,
    late: rows.attempts.length - new Set(rows.attempts.map((row) => `${row.delivery_id} ${row.number}`)).size,
  };
}
