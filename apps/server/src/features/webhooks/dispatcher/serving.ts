import { claim, type ClaimedRow } from "./claim-store.ts";
import { hold, relieve } from "./holding.ts";
import type { Lanes } from "./lanes.ts";
import { type Dispatcher, LANE_LIMITS, MAX_HELD } from "./state.ts";
import * as store from "./store.ts";
import { sweep } from "./sweep.ts";

/** Who has work, and how much of it is claimed. */

const COMPANIES_PER_PASS = 100;
const POLL_MS = 1_000;
const SWEEP_MS = 15_000;
// A company that just had work is likely to have more: its row in dispatch_due stays early for this long, which saves the
// two writes of moving it forward and back for every event.
const LINGER_MS = 200;
// For another process that may have room; jittered, so that a hundred hanging endpoints do not come up together.
const FULL_PAUSE_MS = 10_000;
// Companies served side by side, a few connections of the pool.
const SERVED_AT_ONCE = 4;

/** One look at what is to be done. Returns how long nothing more is expected, milliseconds. */
export function look(dispatcher: Dispatcher): Promise<number> {
  return isOnlyForRelief(dispatcher) ? reliefPass(dispatcher) : pass(dispatcher);
}

/** Many a second while a busy endpoint is served: nobody else is asked about, and what the last pass promised stands. */
function isOnlyForRelief({ relieved, announced, askAtMs }: Dispatcher): boolean {
  return relieved.size > 0 && !announced && performance.now() < askAtMs;
}

async function reliefPass(dispatcher: Dispatcher): Promise<number> {
  await serveRelieved(dispatcher);
  return dispatcher.relieved.size > 0 ? 0 : Math.max(0, dispatcher.askAtMs - performance.now());
}

function serveRelieved(dispatcher: Dispatcher): Promise<("active" | "quiet")[]> {
  const relieved = [...dispatcher.relieved];
  dispatcher.relieved.clear();
  return inParallel(SERVED_AT_ONCE, relieved, (companyId) => serve(dispatcher, companyId, "relieved"));
}

async function pass(dispatcher: Dispatcher): Promise<number> {
  // If it fails, it is to be done again.
  dispatcher.askAtMs = Number.NEGATIVE_INFINITY;
  dispatcher.announced = false;
  const waitMs = await fullPass(dispatcher);
  dispatcher.askAtMs = performance.now() + waitMs;
  return waitMs;
}

/** Serves every company that has work. Returns how long nothing more is expected, milliseconds. */
async function fullPass(dispatcher: Dispatcher): Promise<number> {
  const { db } = dispatcher.context.deps;
  if (performance.now() - dispatcher.sweptAtMs >= SWEEP_MS) await sweep(dispatcher);
  const page = { after: dispatcher.lastCompanyId, limit: COMPANIES_PER_PASS };
  // Those that have room again are known without a question, and the question is asked meanwhile.
  const [due, first] = await allOf(store.dueCompanies(db, page), serveRelieved(dispatcher));
  // Before they are served: one whose rows make a statement fail must not keep the others waiting behind it.
  dispatcher.lastCompanyId = due.at(-1) ?? "";
  const second = await inParallel(SERVED_AT_ONCE, [...due], (companyId) => serve(dispatcher, companyId, "due"));
  const found = [...first, ...second];
  if (found.includes("active")) return LINGER_MS;
  // Somebody has room again: the alarm has rung, and what is due later is asked by the pass that has nothing to do.
  if (dispatcher.relieved.size > 0) return 0;
  const nextMs = (await store.nextDueMs(db)) ?? POLL_MS;
  if (nextMs > 0 || found.length === 0) return Math.min(nextMs, POLL_MS);
  // Due, yet nothing could be claimed: no slot is free at all, another process is at it, or it stands before a front.
  return Math.min(dispatcher.fronts.nextWholeMs() ?? POLL_MS, POLL_MS);
}

async function inParallel<T>(width: number, items: string[], work: (item: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const next = async (): Promise<void> => {
    for (let item = items.shift(); item !== undefined; item = items.shift()) results.push(await work(item));
  };
  await allOf(...Array.from({ length: width }, next));
  return results;
}

/** As Promise.all, but a failure is told at the end: nothing may go on claiming behind the back of a loop that knows of it. */
async function allOf<T extends readonly Promise<unknown>[]>(...works: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Claims what there is room for, and moves the company's row forward when nothing more is to be expected soon. The row of
 * a crowded company that was only relieved stands at the end of a pause already: moving it would cost two statements for
 * every half lane, and change nothing.
 */
async function serve(dispatcher: Dispatcher, companyId: string, why: "due" | "relieved"): Promise<"active" | "quiet"> {
  const { context, lanes, activeAtMs, crowded } = dispatcher;
  const { db, ids } = context.deps;
  const room = Math.min(lanes.free(), MAX_HELD - dispatcher.held.size);
  if (dispatcher.stopping || room <= 0) {
    dispatcher.choked.add(companyId);
    crowded.add(companyId);
    return "quiet";
  }
  const limit = Math.min(room + LANE_LIMITS.ahead, MAX_HELD - dispatcher.held.size);
  const known = lanes.known(companyId);
  const restMs = lanes.restMs(companyId);
  const defaultRoom = lanes.defaultRoom();
  const leaseId = ids.make("lea");
  const { leaseSeconds } = dispatcher;
  const reading = dispatcher.fronts.begin(companyId, known.endpointIds);
  const { fronts } = reading;
  const rows = await claim(db, { companyId, leaseId, leaseSeconds, limit, ...known, fronts, defaultRoom });
  reading.end(rows);
  const claimedAtMs = performance.now();
  for (const row of rows) hold(dispatcher, { ...row, companyId, leaseId, claimedAtMs });
  // Cut short by what this process may hold at all: who got less than their room may have more due to them.
  const isCut = rows.length >= limit;
  if (isCut) dispatcher.choked.add(companyId);
  const full = fullEndpoints(rows, known, { defaultRoom, isCut });
  // Whoever was relieved while the claim was under way has what it asked for: the next one is for a batch again.
  if (full.length > 0 && full.every((endpointId) => !lanes.isHalfEmpty({ companyId, endpointId }))) {
    dispatcher.relieved.delete(companyId);
  }
  const isCrowded = full.length > 0 || defaultRoom === 0;
  if (isCrowded) crowded.add(companyId);
  else crowded.delete(companyId);
  // A rest that ended during the claim left the lane without room in it all the same.
  if (isCrowded) comeBackAfterRest(dispatcher, companyId, lanes.restMs(companyId) ?? restMs);
  // What ended during the claim relieved nobody, for the company was not crowded yet.
  if (full.some((endpointId) => lanes.isIdle({ companyId, endpointId }))) relieve(dispatcher, companyId);
  const now = performance.now();
  if (rows.length > 0) activeAtMs.set(companyId, now);
  // A crowded one is not worth lingering for: when there is room again, `relieve` comes back to it. And the row of one that
  // is crowded no more stands at the end of a pause yet, where nobody would find what else is due.
  const isLingering = now - (activeAtMs.get(companyId) ?? Number.NEGATIVE_INFINITY) < LINGER_MS;
  if (!isCrowded && why === "due" && isLingering) return "active";
  activeAtMs.delete(companyId);
  if (isCrowded && why === "relieved") return "quiet";
  const fullPauseMs = Math.round(FULL_PAUSE_MS * (1 + context.random()));
  const request = { companyId, fullEndpointIds: full, fullPauseMs };
  await store.settle(db, request);
  await store.settleAgain(db, request);
  return "quiet";
}

/** Endpoints that got as much as they had room for, or as there was for all together: more may be due to them. */
function fullEndpoints(
  rows: readonly ClaimedRow[],
  known: ReturnType<Lanes["known"]>,
  { defaultRoom, isCut }: { readonly defaultRoom: number; readonly isCut: boolean },
): string[] {
  const rooms = new Map(known.endpointIds.map((endpointId, index) => [endpointId, known.rooms[index] ?? 0]));
  for (const row of rows) rooms.set(row.endpoint_id, (rooms.get(row.endpoint_id) ?? defaultRoom) - 1);
  return [...rooms].filter(([, room]) => isCut || room <= 0).map(([endpointId]) => endpointId);
}

/** An attempt that ends brings a crowded company back by itself; a rest ends without anybody's doing. */
function comeBackAfterRest(dispatcher: Dispatcher, companyId: string, restMs: number | null): void {
  const { resting } = dispatcher;
  if (restMs === null || resting.has(companyId)) return;
  const wake = (): void => {
    resting.delete(companyId);
    relieve(dispatcher, companyId);
  };
  resting.set(companyId, setTimeout(wake, restMs));
}
