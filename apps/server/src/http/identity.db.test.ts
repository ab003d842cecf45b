import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, UNLIMITED, type TestLender } from "../testing/lender.ts";
import { ACTS, perform, type Act } from "./testing/identity/acts.ts";
import { footprints, hashOf, identityWorld, type IdentityWorld } from "./testing/identity/world.ts";

/**
 * The spine of the product: a result belongs to the (Integration ID, uid) it was created for, and never changes. Random
 * sequences of calls with right and wrong credentials, over two companies, their four environments, three alike uids and
 * three phones that carry each other's links.
 */
let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const number = fc.nat({ max: 11 });
const act: fc.Arbitrary<Act> = fc
  .record({
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("create" as const, "reopen" as const) },
      { weight: 5, arbitrary: fc.constantFrom("arrive" as const, "complete" as const, "finish" as const) },
      { weight: 4, arbitrary: fc.constantFrom(...ACTS) },
    ),
    side: number,
    otherKey: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: number }),
    uid: fc.nat({ max: 2 }),
    phone: fc.nat({ max: 2 }),
    pick: number,
    byId: fc.boolean(),
  })
  .map(({ otherKey, ...rest }) => ({ ...rest, key: rest.side + otherKey }));

interface StoredRow {
  readonly key: string;
  readonly text: string;
  readonly uid: string;
  readonly integrationId: string;
  readonly sessionId: string;
  readonly body: { readonly uid: string; readonly integration_id: string } | null;
}

const STORED = `
  SELECT r.result_id AS key, r::text AS text, s.uid, e.integration_id AS "integrationId", s.session_id AS "sessionId",
         NULL::jsonb AS body
    FROM results r
    JOIN sessions s ON s.company_id = r.company_id AND s.session_id = r.session_id
    JOIN environments e ON e.company_id = s.company_id AND e.environment_id = r.environment_id
   WHERE r.company_id = $1
   UNION ALL
  SELECT v.event_id, v.event_id || v.type || v.body || v.body_hash, s.uid, e.integration_id, s.session_id, v.body::jsonb
    FROM events v
    JOIN sessions s ON s.company_id = v.company_id AND s.session_id = v.session_id
    JOIN environments e ON e.company_id = v.company_id AND e.environment_id = v.environment_id
   WHERE v.company_id = $1`;

/** Results and event bodies stand under the two identifiers of their creation, and are as they were when first seen. */
async function checkStored(world: IdentityWorld): Promise<number> {
  const seen = new Set<string>();
  for (const companyId of new Set(world.sides.map((side) => side.companyId))) {
    for (const row of await lender.deps.db.query<StoredRow>(STORED, [companyId])) {
      const slot = world.slots.get(`${row.integrationId} ${row.uid}`);
      expect(slot?.sessionId, "a result or event under identifiers it was not created for").toBe(row.sessionId);
      if (row.body !== null) {
        expect([row.body.uid, row.body.integration_id]).toEqual([slot?.uid, slot?.side.integrationId]);
      }
      const hash = hashOf(row.text);
      expect(world.stored.get(row.key) ?? hash, "a stored result or event was changed").toBe(hash);
      world.stored.set(row.key, hash);
      seen.add(row.key);
    }
  }
  expect(seen.size, "a stored result or event is gone").toBe(world.stored.size);
  return seen.size;
}

/** Every stored batch is one that a phone was told is stored, for that session and that run. */
async function checkInputs(world: IdentityWorld): Promise<void> {
  for (const companyId of new Set(world.sides.map((side) => side.companyId))) {
    const rows = await lender.deps.db.query<{ readonly place: string; readonly hash: string }>(
      `SELECT session_id || ' ' || run AS place, body_hash AS hash FROM input_batches WHERE company_id = $1`,
      [companyId],
    );
    for (const { place, hash } of rows) expect(world.acknowledged.get(hash)).toContain(place);
    const twice = await lender.deps.db.query(
      "SELECT session_id FROM results WHERE company_id = $1 GROUP BY session_id HAVING count(*) > 1",
      [companyId],
    );
    expect(twice).toEqual([]);
  }
}

let resultsSeen = 0;

test("no sequence of calls attaches a result to other identifiers, changes a stored one or touches a session without right", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 12, maxLength: 40 }), async (acts) => {
      const world = await identityWorld(lender);
      let before = await footprints(world);
      for (const each of acts) {
        const allowed = await perform(world, each);
        const after = await footprints(world);
        const touched = [...after].filter(([id, hash]) => before.get(id) !== hash).map(([id]) => id);
        expect(
          touched.filter((id) => id !== allowed),
          each.what,
        ).toEqual([]);
        before = after;
        await checkStored(world);
      }
      await checkInputs(world);
      resultsSeen += [...world.stored.keys()].filter((key) => key.startsWith("res_")).length;
    }),
    { numRuns: 30, seed: 20_261_125, endOnFailure: true },
  );
  // The property would hold of an empty world too.
  expect(resultsSeen).toBeGreaterThan(20);
}, 120_000);
