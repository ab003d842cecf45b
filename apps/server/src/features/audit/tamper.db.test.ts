import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { createCompany } from "../companies/service.ts";
import { recordReading, sealCompany, SYSTEM, verifyChain } from "./service.ts";

let store: TestDeps;
let owner: Database;
beforeAll(async () => {
  store = await testDeps();
  owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  // Who owns the database can take the constraints away first.
  await owner.query("ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_company_id_audit_id_fkey");
  await owner.query("ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_company_id_audit_id_key");
});
afterAll(async () => {
  await owner.close();
  await store.close();
});

const ENTRIES = 7;

async function sealedCompany(): Promise<string> {
  const { companyId } = await createCompany(store.deps, { name: "Audited", actor: SYSTEM });
  for (let n = 1; n < ENTRIES; n++) {
    await recordReading(store.deps, {
      companyId,
      actor: { id: `user:usr_${n % 2}`, origin: null },
      action: "result.read",
      targetType: "session",
      targetId: `ses_${n}`,
      details: { n, nested: { list: [n, null, "text"] } },
    });
  }
  await sealCompany(store.deps, companyId);
  return companyId;
}

const entryOf = "(SELECT audit_id FROM audit_seals WHERE company_id = $1::text AND chain_seq = $2::bigint)";

/** Each changes something of the sealed entry with the number $2. */
const MUTATIONS = {
  actor: `UPDATE audit_entries SET actor = actor || 'x' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  origin: `UPDATE audit_entries SET origin = '198.51.100.1' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  action: `UPDATE audit_entries SET action = 'a.b' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  target: `UPDATE audit_entries SET target_id = target_id || '0' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  details: `UPDATE audit_entries SET details = details || '{"m": 1}' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  time: `UPDATE audit_entries SET at = at - interval '1 microsecond' WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  entryGone: `DELETE FROM audit_entries WHERE company_id = $1::text AND audit_id = ${entryOf}`,
  sealGone: "DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq = $2::bigint",
  entryHash:
    "UPDATE audit_seals SET entry_hash = md5(entry_hash) WHERE company_id = $1::text AND chain_seq = $2::bigint",
  chainHash:
    "UPDATE audit_seals SET chain_hash = md5(chain_hash) WHERE company_id = $1::text AND chain_seq = $2::bigint",
  moved: "UPDATE audit_seals SET chain_seq = chain_seq + 100 WHERE company_id = $1::text AND chain_seq = $2::bigint",
  tailGone: "DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq >= $2::bigint",
  doubled: `INSERT INTO audit_seals SELECT company_id, 8, audit_id, entry_hash, chain_hash FROM audit_seals
             WHERE company_id = $1::text AND chain_seq = $2::bigint`,
} as const;

test("whatever single thing is changed in a sealed log, at whatever place, the check finds it", async () => {
  const mutation = fc.constantFrom(...(Object.keys(MUTATIONS) as (keyof typeof MUTATIONS)[]));
  await fc.assert(
    fc.asyncProperty(mutation, fc.integer({ min: 1, max: ENTRIES }), async (name, seq) => {
      const companyId = await sealedCompany();
      expect((await verifyChain(store.deps, companyId)).ok).toBe(true);
      await owner.query(MUTATIONS[name], [companyId, seq]);
      const { ok, problem } = await verifyChain(store.deps, companyId);
      expect(ok).toBe(false);
      // The sealer does not heal it by going on.
      await recordReading(store.deps, {
        companyId,
        actor: SYSTEM,
        action: "result.read",
        targetType: "session",
        targetId: "ses_next",
      });
      await sealCompany(store.deps, companyId).catch(() => undefined);
      expect((await verifyChain(store.deps, companyId)).ok, problem?.text).toBe(false);
    }),
    { numRuns: 60 },
  );
});
