import { setTimeout as delay } from "node:timers/promises";

import type { Crowd, ReadyJourney } from "./applicants.ts";
import type { Fault, Scene } from "./faults/fault.ts";
import type { Receipt } from "./history.ts";
import type { Lender, World } from "./world.ts";

/** One round: applicants finish, something breaks in the middle, and the first that finish afterwards must get through. */
export interface Round {
  readonly faults: readonly string[];
  /** When the harm was done, epoch milliseconds. */
  readonly struckAtMs: number;
  readonly tookMs: number;
  /** Whoever finished right after the harm, at a lender whose receiver was not hit. */
  readonly firstAfter: string;
  /** All who finished in this round. */
  readonly uids: readonly string[];
}

export interface RoundOptions {
  readonly world: World;
  readonly crowd: Crowd;
  readonly random: () => number;
  readonly later: (work: Promise<void>) => void;
}

/** Finishes are spread over so many milliseconds around the harm. */
const SPREAD_MS = 150;
/** How long a round waits for the first result after the harm; the run goes on without it after that. */
const WAIT_MS = 8_000;

export async function playRound(faults: readonly Fault[], options: RoundOptions): Promise<Round> {
  const { world, crowd, random } = options;
  const begunAtMs = Date.now();
  const victim = pick(world.lenders, random);
  const spared = pick(
    world.lenders.filter((lender) => lender !== victim),
    random,
  );
  const crowdOfRound = await Promise.all([victim, victim, spared].map((lender) => crowd.takeReady(lender)));
  const canary = await crowd.takeReady(spared);
  const around = Promise.all([
    ...crowdOfRound.map((journey) => finishAfter(journey, random() * SPREAD_MS)),
    crowd.createSimulated(pick(world.lenders, random)),
  ]);
  around.catch(() => undefined); // told below, when the harm is done
  await delay(random() * SPREAD_MS);
  const struck = await Promise.all(faults.map((fault) => fault.strike(sceneOf(options, victim))));
  try {
    await Promise.all([around, canary.finish()]);
    await acceptedWithin(spared, canary.uid, WAIT_MS);
  } finally {
    for (const one of struck) await one.heal();
  }
  return {
    faults: faults.map(({ name }) => name),
    struckAtMs: Math.max(...struck.map(({ atMs }) => atMs)),
    tookMs: Date.now() - begunAtMs,
    firstAfter: canary.uid,
    uids: [...crowdOfRound, canary].map(({ uid }) => uid),
  };
}

function sceneOf({ world, random, later }: RoundOptions, victim: Lender): Scene {
  const awake = world.workers.filter(({ service }) => !service.isPaused());
  return { world, random, victim, worker: pick(awake.length > 0 ? awake : world.workers, random), later };
}

async function finishAfter(journey: ReadyJourney, ms: number): Promise<void> {
  await delay(ms);
  await journey.finish();
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("Nothing to draw from");
  return item;
}

async function acceptedWithin(lender: Lender, uid: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (firstAccepted(lender.receiver.receipts, uid) === null && Date.now() < deadline) await delay(20);
}

/** When a uid's score was first answered with 200, epoch milliseconds; null: never. */
export function firstAccepted(receipts: readonly Receipt[], uid: string): number | null {
  const found = receipts.find(
    ({ body, answered }) =>
      answered === 200 && body.includes(`"${uid}"`) && body.includes('"psychometric_score.complete"'),
  );
  return found?.atMs ?? null;
}

/** Deals faults so that each comes once before any comes again, in an order of the seed's. */
export function createDeck(faults: readonly Fault[], world: World, random: () => number): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) deck = shuffled(faults, random);
    const at = Math.max(
      0,
      deck.findIndex((fault) => fault.isTooSoon?.(world) !== true),
    );
    const [fault] = deck.splice(at, 1);
    if (fault === undefined) throw new Error("No fault to deal");
    return fault;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
