import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Queryable } from "../../../infra/database.ts";
import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { createWorld, type World } from "../testing/world.ts";
import { claim } from "./claim-store.ts";
import { backlog, type Lease, renewLeases, settle, settleAgain, sweep } from "./store.ts";

const COUNT = 100;
const LEASE_SECONDS = 60;

let test: TestDeps;
let world: World;

beforeAll(async () => {
  test = await testDeps();
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  await world.setUrl("http://127.0.0.1:9/");
  // What the announcement does is this file's own business from here on.
  const announced = new Promise<void>((resolve) => {
    test.deps.signals.on("deliveries", resolve);
  });
  await world.announceMany(COUNT);
  await announced;
});

function sql<Row>(statement: string, ...values: readonly unknown[]): Promise<readonly Row[]> {
  return test.deps.db.query<Row>(statement, [world.environment.companyId, ...values]);
}

/** The leases of what was claimed. */
async function claimUpTo(limit: number, db: Queryable = test.deps.db): Promise<readonly Lease[]> {
  const { companyId } = world.environment;
  const leaseId = test.deps.ids.make("lea");
  const nobody = { endpointIds: [], rooms: [], fronts: [] };
  const rows = await claim(db, {
    ...nobody,
    companyId,
    leaseId,
    leaseSeconds: LEASE_SECONDS,
    limit,
    defaultRoom: limit,
  });
  return rows.map(({ delivery_id: deliveryId }) => ({ companyId, deliveryId, leaseId }));
}

async function endLease({ deliveryId }: Lease): Promise<void> {
  await sql(
    "UPDATE deliveries SET lease_until = now() - interval '1 ms' WHERE company_id = $1 AND delivery_id = $2",
    deliveryId,
  );
}

/** Seconds from now until the company is looked at again, as a dispatcher that has claimed what it can leaves it. */
async function settled(fullPauseMs = 0): Promise<number> {
  const { companyId } = world.environment;
  const endpoints = await sql<{ id: string }>("SELECT endpoint_id AS id FROM endpoints WHERE company_id = $1");
  const fullEndpointIds = fullPauseMs > 0 ? endpoints.map(({ id }) => id) : [];
  const request = { companyId, fullEndpointIds, fullPauseMs };
  await settle(test.deps.db, request);
  await settleAgain(test.deps.db, request);
  const [row] = await sql<{ seconds: number }>(
    "SELECT extract(epoch FROM due_at)::float8 - extract(epoch FROM now())::float8 AS seconds FROM dispatch_due WHERE company_id = $1",
  );
  return row?.seconds ?? Number.NaN;
}

describe("a lease", () => {
  it("is written beside the row: its page has room, and no index is touched", async () => {
    const counts = await test.deps.db.transaction(async (tx) => {
      expect(await claimUpTo(COUNT, tx)).toHaveLength(COUNT);
      const [counted] = await tx.query<{ updated: number; in_place: number }>(
        `SELECT n_tup_upd::int AS updated, n_tup_hot_upd::int AS in_place
           FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'`,
      );
      return counted;
    });
    expect(counts?.updated).toBe(COUNT);
    expect(counts?.in_place).toBeGreaterThan(COUNT * 0.8);
  });

  it("keeps its row from every other claim until it ends, also once it was renewed", async () => {
    const [first, ...others] = await claimUpTo(COUNT);
    if (first === undefined) throw new Error("nothing was claimed");
    expect(await claimUpTo(COUNT)).toEqual([]);
    await endLease(first);
    await renewLeases(test.deps.db, [first, ...others], LEASE_SECONDS);
    expect(await claimUpTo(COUNT)).toEqual([]);
    await endLease(first);
    expect((await claimUpTo(COUNT)).map(({ deliveryId }) => deliveryId)).toEqual([first.deliveryId]);
  });

  it("of two claims at the same moment no row is in both", async () => {
    const both = (await Promise.all([claimUpTo(60), claimUpTo(60), claimUpTo(60)])).flat();
    expect(new Set(both.map(({ deliveryId }) => deliveryId)).size).toBe(both.length);
    expect(both.length + (await claimUpTo(COUNT)).length).toBe(COUNT);
  });
});

describe("the company is looked at again", () => {
  it("at once while anything due is free, however many leased rows stand before it", async () => {
    await claimUpTo(COUNT - 1);
    expect(await settled()).toBeLessThanOrEqual(0);
  });

  it("when the first lease ends, if all that is due is leased", async () => {
    const [first] = await claimUpTo(COUNT);
    if (first === undefined) throw new Error("nothing was claimed");
    await renewLeases(test.deps.db, [first], 10 * LEASE_SECONDS);
    const seconds = await settled();
    expect(seconds).toBeGreaterThan(LEASE_SECONDS - 30);
    expect(seconds).toBeLessThanOrEqual(LEASE_SECONDS);
    await endLease(first);
    expect(await settled()).toBeLessThanOrEqual(0);
  });

  it("when the first of the others is due, if that is earlier than the end of every lease", async () => {
    const held = (await claimUpTo(COUNT)).slice(1);
    await sql(
      `UPDATE deliveries SET due_at = now() + interval '20 s', lease_id = NULL, lease_until = NULL
        WHERE company_id = $1 AND delivery_id <> ALL ($2)`,
      held.map(({ deliveryId }) => deliveryId),
    );
    expect(await settled()).toBeLessThanOrEqual(20);
  });

  it("after the pause of its endpoints when they are full", async () => {
    await claimUpTo(COUNT);
    expect(await settled(120_000)).toBeGreaterThan(LEASE_SECONDS);
  });

  it("never, when nothing waits", async () => {
    await sql("UPDATE deliveries SET state = 'delivered' WHERE company_id = $1");
    expect(await settled(10_000)).toBe(Infinity);
  });
});

it("what is leased is neither unannounced nor overdue, until its lease ends", async () => {
  const leases = await claimUpTo(COUNT);
  await sql("UPDATE dispatch_due SET due_at = 'infinity' WHERE company_id = $1");
  const before = await backlog(test.deps.db, 1_000);
  await sweep(test.deps.db);
  const [still] = await sql<{ due: boolean }>("SELECT due_at <= now() AS due FROM dispatch_due WHERE company_id = $1");
  expect(still?.due).toBe(false);
  for (const lease of leases.slice(0, 3)) await endLease(lease);
  expect((await backlog(test.deps.db, 1_000)).due).toBe(before.due + 3);
  await sweep(test.deps.db);
  const [found] = await sql<{ due: boolean }>("SELECT due_at <= now() AS due FROM dispatch_due WHERE company_id = $1");
  expect(found?.due).toBe(true);
});
