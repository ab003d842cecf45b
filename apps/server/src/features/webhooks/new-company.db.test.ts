import { afterAll, beforeAll, expect, it } from "vitest";

import { openDatabase } from "../../infra/database.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { claim } from "./dispatcher/claim-store.ts";
import { type AttemptRow, recordAttempts } from "./dispatcher/store.ts";
import { numberEvents } from "./numberer.ts";
import { createWorld, type World } from "./testing/world.ts";

/**
 * A company that began to send after the last ANALYZE: the planner believes that it has no rows, and any index that
 * begins with the company is as good to it as the key.
 */
const EVENTS = 2_000;
const CLAIMED = 50;

let test: TestDeps;
let known: World;
let unknown: World;

beforeAll(async () => {
  // One connection, so that what it counted is told before the next look.
  test = await testDeps({ poolSize: 1 });
  known = await createWorld(test.deps);
  await known.setUrl("http://127.0.0.1:9/");
  await known.announceMany(EVENTS);
  await numberEvents(test.deps, known.environment.companyId);
  const owner = openDatabase({ connection: test.connection, role: null, poolSize: 1 });
  await owner.query("ALTER TABLE events SET (autovacuum_enabled = off)");
  await owner.query("ALTER TABLE deliveries SET (autovacuum_enabled = off)");
  await owner.query("ANALYZE");
  await owner.close();
  unknown = await createWorld(test.deps);
  await unknown.setUrl("http://127.0.0.1:9/");
  await unknown.announceMany(EVENTS);
});
afterAll(() => test.close());

/** Entries of the indexes of both tables that were read, ever. */
async function entriesRead(): Promise<number> {
  await test.deps.db.query("SELECT pg_stat_force_next_flush()");
  const [row] = await test.deps.db.query<{ read: number }>(
    "SELECT sum(idx_tup_read)::float8 AS read FROM pg_stat_user_indexes WHERE relname IN ('events', 'deliveries')",
  );
  return row?.read ?? 0;
}

it("a claim and its outcomes read about what they take", async () => {
  const { companyId } = unknown.environment;
  const leaseId = test.deps.ids.make("lea");
  const nobody = { endpointIds: [], rooms: [], fronts: [] };
  const before = await entriesRead();
  const rows = await claim(test.deps.db, {
    ...nobody,
    companyId,
    leaseId,
    leaseSeconds: 60,
    limit: CLAIMED,
    defaultRoom: CLAIMED,
  });
  const afterClaim = await entriesRead();
  const outcomes = rows.map((row): AttemptRow => ({
    company_id: companyId,
    delivery_id: row.delivery_id,
    lease_id: leaseId,
    attempt_id: test.deps.ids.make("att"),
    number: 1,
    url: row.url,
    request_headers: {},
    status: 200,
    error: null,
    response_headers: {},
    response_body: "",
    duration_ms: 1,
    result: "delivered",
    delay_ms: 0,
  }));
  expect(await recordAttempts(test.deps.db, outcomes)).toHaveLength(CLAIMED);
  // Some for each row: the queue, the row itself, its event, and the keys of other tables.
  expect(afterClaim - before).toBeLessThan(10 * CLAIMED);
  expect((await entriesRead()) - afterClaim).toBeLessThan(10 * CLAIMED);
});

it("numbering reads about what it numbers", async () => {
  const before = await entriesRead();
  expect(await numberEvents(test.deps, unknown.environment.companyId)).toBe(EVENTS);
  expect((await entriesRead()) - before).toBeLessThan(10 * EVENTS);
});
