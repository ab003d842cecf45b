import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Queryable } from "../../../infra/database.ts";
import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { startDispatcher } from "../service.ts";
import { eventually, startReceiver } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";
import { claim, type ClaimedRow } from "./claim-store.ts";
import { createFronts, type Fronts } from "./fronts.ts";

let test: TestDeps;
let world: World;
let endpointId: string;
let nowMs: number;
let fronts: Fronts;

beforeAll(async () => {
  test = await testDeps();
});
afterAll(() => test.close());
beforeEach(async () => {
  world = await createWorld(test.deps);
  await world.setUrl("http://127.0.0.1:9/");
  const [endpoint] = await sql<{ endpoint_id: string }>(
    "SELECT endpoint_id FROM endpoints WHERE company_id = $1 AND url IS NOT NULL",
  );
  endpointId = endpoint?.endpoint_id ?? "";
  nowMs = 0;
  fronts = createFronts(() => nowMs);
});

function sql<Row>(statement: string, ...values: readonly unknown[]): Promise<readonly Row[]> {
  return test.deps.db.query<Row>(statement, [world.environment.companyId, ...values]);
}

/** All due since an hour, each at a moment of its own. */
async function announceMany(count: number): Promise<void> {
  await world.announceMany(count);
  await sql("UPDATE deliveries SET due_at = clock_timestamp() - interval '1 hour' WHERE company_id = $1");
}

/** As the dispatcher does, for its one endpoint. */
async function claimUpTo(room: number, db: Queryable = test.deps.db): Promise<readonly ClaimedRow[]> {
  const { companyId } = world.environment;
  const reading = fronts.begin(companyId, [endpointId]);
  const rows = await claim(db, {
    companyId,
    leaseId: test.deps.ids.make("lea"),
    leaseSeconds: 60,
    limit: room,
    endpointIds: [endpointId],
    rooms: [room],
    fronts: reading.fronts,
    defaultRoom: 0,
  });
  reading.end(rows);
  return rows;
}

async function idsInOrder(): Promise<readonly string[]> {
  const rows = await sql<{ delivery_id: string }>(
    "SELECT delivery_id FROM deliveries WHERE company_id = $1 ORDER BY due_at",
  );
  return rows.map((row) => row.delivery_id);
}

describe("what comes to stand before the front", () => {
  /** Three of six are claimed; of the others `which` is changed, and must wait for the next whole reading, no longer. */
  async function expectClaimedByWholeReading(change: (deliveryId: string) => Promise<unknown>): Promise<void> {
    const [, , , , fifth = ""] = await idsInOrder();
    expect(await claimUpTo(3)).toHaveLength(3);
    await change(fifth);
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).not.toContain(fifth);
    nowMs += 2_000;
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).toEqual([fifth]);
  }

  beforeEach(() => announceMany(6));

  it("an insert that fell due earlier than what was claimed", () =>
    expectClaimedByWholeReading((deliveryId) =>
      sql(
        "UPDATE deliveries SET due_at = now() - interval '2 hours' WHERE company_id = $1 AND delivery_id = $2",
        deliveryId,
      ),
    ));

  it("a row whose lease ran out, because its process died", async () => {
    const [first = ""] = await idsInOrder();
    expect(await claimUpTo(3)).toHaveLength(3);
    await sql("UPDATE deliveries SET lease_until = now() WHERE company_id = $1 AND delivery_id = $2", first);
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).not.toContain(first);
    nowMs += 2_000;
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).toEqual([first]);
  });

  it("a row that another process had locked while the claim went by", async () => {
    const [first = ""] = await idsInOrder();
    await test.deps.db.transaction(async (tx) => {
      await tx.query("SELECT FROM deliveries WHERE company_id = $1 AND delivery_id = $2 FOR UPDATE", [
        world.environment.companyId,
        first,
      ]);
      expect(await claimUpTo(3)).toHaveLength(3);
    });
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).not.toContain(first);
    nowMs += 2_000;
    expect((await claimUpTo(1)).map((row) => row.delivery_id)).toEqual([first]);
  });
});

it("a running dispatcher sends what came to stand before the front, though the company has nothing else to do", async () => {
  const receiver = await startReceiver();
  await world.setUrl(receiver.url);
  await announceMany(40);
  const last = (await idsInOrder()).at(-1);
  const moved = "UPDATE deliveries SET due_at = now() + $2::interval WHERE company_id = $1 AND delivery_id = $3";
  await sql(moved, "1 hour", last);
  const dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 100 });
  try {
    await eventually("all that is due", () => receiver.received.length === 39);
    await sql(moved, "-2 hours", last);
    await sql("UPDATE dispatch_due SET due_at = now() WHERE company_id = $1");
    await eventually("the one before the front", () => receiver.received.length === 40);
  } finally {
    await dispatcher.stop();
    await receiver.close();
  }
});

interface PlanNode {
  readonly "Index Name"?: string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** Blocks that the claim touched to find rows by the index of what is due, the index entries of dead ones included. */
async function blocksRead(room: number): Promise<number> {
  let blocks = 0;
  await claimUpTo(room, {
    async query(statement, values) {
      const [row] = await test.deps.db.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
        `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${statement}`,
        values,
      );
      for (const { Plan: plan } of row?.["QUERY PLAN"] ?? []) blocks += blocksOf(plan);
      return [];
    },
  });
  return blocks;
}

function blocksOf(node: PlanNode): number {
  const own = node["Index Name"] === "deliveries_due" ? node["Shared Hit Blocks"] + node["Shared Read Blocks"] : 0;
  return (node.Plans ?? []).reduce((sum, below) => sum + blocksOf(below), own);
}

it("while a backup holds its snapshot, a claim reads what it takes and not past all that was sent since", async () => {
  await announceMany(1_600);
  await test.deps.db.transaction(async (backup) => {
    await backup.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await backup.query("SELECT FROM companies");
    for (let sent = 0; sent < 1_500; sent += 100) await claimUpTo(100);
    const next = await blocksRead(20);
    nowMs += 2_000;
    const whole = await blocksRead(20);
    // The measure sees dead entries at all, and the front keeps them out of it.
    expect(whole).toBeGreaterThan(40);
    expect(next).toBeLessThan(20);
  });
});
