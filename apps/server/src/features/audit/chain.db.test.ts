import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { createCompany } from "../companies/service.ts";
import { GENESIS } from "./chain.ts";
import { purgeAudit } from "./purge.ts";
import { record, recordReading, SYSTEM } from "./record.ts";
import { sealCompany, startSealer } from "./sealer.ts";
import { verifyChain } from "./verify.ts";

let store: TestDeps;
/** As somebody who has the database itself. */
let owner: Database;
let companyId: string;
beforeAll(async () => {
  store = await testDeps();
  owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await store.close();
});
beforeEach(async () => {
  ({ companyId } = await createCompany(store.deps, { name: "Audited", actor: SYSTEM }));
});

/** `n` entries in transactions of their own. */
async function act(n: number): Promise<void> {
  for (let i = 1; i <= n; i++) {
    await recordReading(store.deps, {
      companyId,
      actor: { id: "user:usr_x", origin: "203.0.113.9" },
      action: "result.read",
      targetType: "session",
      targetId: `ses_${i}`,
      details: { n: i },
    });
  }
}

async function sealedWorld(n: number) {
  await act(n);
  await sealCompany(store.deps, companyId);
  return verifyChain(store.deps, companyId);
}

function tamper(sql: string, ...values: readonly unknown[]): Promise<unknown> {
  return owner.query(sql, [companyId, ...values]);
}

/** What the constraints would refuse, the owner of a database can switch off. */
async function tamperUnchecked(...statements: readonly string[]): Promise<void> {
  await owner.transaction(async (tx) => {
    await tx.query("ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_company_id_audit_id_fkey");
    for (const sql of statements) await tx.query(sql, [companyId]);
    await tx.query(`ALTER TABLE audit_seals ADD CONSTRAINT audit_seals_company_id_audit_id_fkey
                    FOREIGN KEY (company_id, audit_id) REFERENCES audit_entries NOT VALID`);
  });
}

describe("sealing", () => {
  test("an untouched log verifies, from the first entry to its head", async () => {
    const report = await sealedWorld(5);
    expect(report).toMatchObject({ ok: true, problem: null, verified: 6, waiting: 0, checkpoint: null, notices: [] });
    expect(report.head).toMatchObject({ seq: 6 });
  });

  test("an empty log verifies too", async () => {
    const report = await verifyChain(store.deps, "cmp_nobody");
    expect(report).toMatchObject({ ok: true, verified: 0, head: { seq: 0, hash: GENESIS } });
  });

  test("what waits for the sealer is no fault, and is counted", async () => {
    await sealedWorld(1);
    await act(2);
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 2, waiting: 2 });
  });

  test("an entry of a transaction that is rolled back reaches neither the log nor the chain", async () => {
    const failed = store.deps.db.transaction(async (tx) => {
      await record(tx, store.deps, { companyId, actor: SYSTEM, action: "a.b", targetType: "x", targetId: "gone" });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await sealedWorld(0)).toMatchObject({ ok: true, verified: 1 });
  });

  test("eight sealers and eight writers at once leave one chain without a gap", async () => {
    const writers = Array.from({ length: 8 }, () => act(25));
    const sealers = Array.from({ length: 8 }, async () => {
      for (let i = 0; i < 20; i++) await sealCompany(store.deps, companyId);
    });
    await Promise.all([...writers, ...sealers]);
    await sealCompany(store.deps, companyId);
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 201, waiting: 0 });
  });

  test("more entries than one batch are sealed in one call", async () => {
    await owner.query(
      `WITH made AS (
         INSERT INTO audit_entries (company_id, audit_id, actor, action, target_type, target_id)
         SELECT $1::text, 'aud_' || lpad(n::text, 26, '0'), 'system', 'a.b', 'x', n::text FROM generate_series(1, 1200) AS n
         RETURNING audit_id
       )
       INSERT INTO audit_unsealed (company_id, audit_id) SELECT $1::text, audit_id FROM made`,
      [companyId],
    );
    expect(await sealCompany(store.deps, companyId)).toBe(1201);
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 1201 });
  });

  test("the running sealer chains what is recorded while it runs", async () => {
    const sealer = startSealer(store.deps, { everyMs: 5 });
    try {
      await act(3);
      await expect.poll(() => verifyChain(store.deps, companyId)).toMatchObject({ verified: 4, waiting: 0 });
    } finally {
      await sealer.stop();
    }
  });

  test("a seal that fails half-way leaves queue, head and seals as they were, and the next one goes on", async () => {
    await sealedWorld(2);
    await act(1);
    // The number that comes next is taken, so the statement fails after it began.
    const [row] = await owner.query<{ id: string }>(
      "SELECT audit_id AS id FROM audit_unsealed WHERE company_id = $1::text",
      [companyId],
    );
    await tamper("INSERT INTO audit_seals VALUES ($1::text, 4, $2::text, 'x', 'y')", row?.id);
    await expect(sealCompany(store.deps, companyId)).rejects.toThrow();
    await tamper("DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq = 4");
    expect(await sealCompany(store.deps, companyId)).toBe(1);
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 4, waiting: 0 });
  });
});

describe("tampering by the owner of the database", () => {
  test.each([
    ["the actor", "actor = 'user:somebody'"],
    ["the address", "origin = NULL"],
    ["the details", "details = '{\"n\": 3.5}'"],
    ["the time, by a microsecond", "at = at + interval '1 microsecond'"],
    ["the target", "target_id = 'ses_9'"],
  ])("a change of %s is found and named", async (_what, change) => {
    await sealedWorld(4);
    await tamper(`UPDATE audit_entries SET ${change} WHERE company_id = $1::text AND target_id = 'ses_3'`);
    const { ok, problem } = await verifyChain(store.deps, companyId);
    expect(ok).toBe(false);
    expect(problem).toMatchObject({ kind: "entry_changed", seq: 4 });
    expect(problem?.text).toContain("was changed");
  });

  test("a changed entry whose own hash was corrected breaks the chain at its place", async () => {
    await sealedWorld(4);
    await tamper("UPDATE audit_seals SET entry_hash = repeat('a', 64) WHERE company_id = $1::text AND chain_seq = 3");
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "entry_changed", seq: 3 });
    await tamper("UPDATE audit_seals SET chain_hash = repeat('a', 64) WHERE company_id = $1::text AND chain_seq = 2");
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "order_changed", seq: 2 });
  });

  test("a deleted entry is found, with its seal and without", async () => {
    await sealedWorld(4);
    await tamperUnchecked("DELETE FROM audit_entries WHERE company_id = $1::text AND target_id = 'ses_2'");
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "entry_missing", seq: 3 });
    await tamper("DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq = 3");
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "seal_missing", seq: 3 });
  });

  test("closing the gap by renumbering does not help", async () => {
    await sealedWorld(4);
    await tamperUnchecked(
      "DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq = 3",
      "UPDATE audit_seals SET chain_seq = chain_seq + 1000 WHERE company_id = $1::text AND chain_seq > 3",
      "UPDATE audit_seals SET chain_seq = chain_seq - 1001 WHERE company_id = $1::text AND chain_seq > 3",
      "DELETE FROM audit_entries WHERE company_id = $1::text AND target_id = 'ses_2'",
    );
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "order_changed", seq: 3 });
  });

  test("the newest entries can not be cut off", async () => {
    await sealedWorld(4);
    await tamperUnchecked(
      "DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq > 3",
      "DELETE FROM audit_entries WHERE company_id = $1::text AND target_id IN ('ses_3', 'ses_4')",
    );
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "end_missing", seq: 4 });
  });

  test("an entry put in beside the program is found", async () => {
    await sealedWorld(2);
    await tamper(`INSERT INTO audit_entries (company_id, audit_id, actor, action, target_type, target_id)
                  VALUES ($1::text, 'aud_planted', 'system', 'result.read', 'session', 'ses_1')`);
    const { problem } = await verifyChain(store.deps, companyId);
    expect(problem).toMatchObject({ kind: "entry_unsealed", auditId: "aud_planted", seq: null });
  });

  test("two entries that changed places are found", async () => {
    await sealedWorld(4);
    await tamperUnchecked(
      `UPDATE audit_seals s SET audit_id = o.audit_id || '-', entry_hash = o.entry_hash FROM audit_seals o
        WHERE s.company_id = $1::text AND o.company_id = $1::text AND (s.chain_seq, o.chain_seq) IN ((2, 3), (3, 2))`,
      "UPDATE audit_seals SET audit_id = rtrim(audit_id, '-') WHERE company_id = $1::text",
    );
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "order_changed", seq: 2 });
  });

  test("a log rewritten as a whole passes by itself, and fails against a head that was kept", async () => {
    const { head } = await sealedWorld(4);
    expect((await verifyChain(store.deps, companyId, { expect: head })).ok).toBe(true);
    await tamperUnchecked(
      "DELETE FROM audit_seals WHERE company_id = $1::text",
      "DELETE FROM audit_heads WHERE company_id = $1::text",
      "DELETE FROM audit_entries WHERE company_id = $1::text AND target_id = 'ses_2'",
      "INSERT INTO audit_unsealed SELECT company_id, audit_id FROM audit_entries WHERE company_id = $1::text",
    );
    const { head: forged } = await sealedWorld(3);
    expect(forged.seq).toBeGreaterThan(head.seq);
    expect((await verifyChain(store.deps, companyId)).ok).toBe(true);
    const against = await verifyChain(store.deps, companyId, { expect: head });
    expect(against.problem).toMatchObject({ kind: "kept_head_differs", seq: head.seq });
    const beyond = await verifyChain(store.deps, companyId, { expect: { ...head, seq: 900 } });
    expect(beyond.problem?.text).toContain("entries were removed");
  });
});

describe("retention of the log", () => {
  const age = (days: number, upTo: number) =>
    tamper(
      `UPDATE audit_entries SET at = at - make_interval(days => $2::int)
        WHERE company_id = $1::text AND (target_type = 'company' OR right(target_id, 1)::int <= $3::int)`,
      days,
      upTo,
    );

  test("old entries go, a checkpoint and an entry stand for them, and the rest verifies", async () => {
    await act(4);
    await age(400, 2);
    const { head } = await sealedWorld(0);
    expect(await purgeAudit(store.deps, companyId, { days: 365 })).toBe(3);
    await sealCompany(store.deps, companyId);
    const report = await verifyChain(store.deps, companyId);
    expect(report).toMatchObject({ ok: true, verified: 3, checkpoint: { seq: 3 } });
    expect((await verifyChain(store.deps, companyId, { expect: head })).ok).toBe(true);
    const left = await owner.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE company_id = $1::text ORDER BY at",
      [companyId],
    );
    expect(left.map(({ action }) => action)).toEqual(["result.read", "result.read", "audit.purged"]);
  });

  test("a young entry protects the older ones behind it, and nothing old means nothing removed", async () => {
    await sealedWorld(2);
    expect(await purgeAudit(store.deps, companyId, { days: 365 })).toBe(0);
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 3, checkpoint: null });
  });

  test("a second purge moves the checkpoint on", async () => {
    await act(4);
    await age(400, 1);
    await sealedWorld(0);
    await purgeAudit(store.deps, companyId, { days: 365 });
    await sealCompany(store.deps, companyId);
    const first = await verifyChain(store.deps, companyId);
    await act(3);
    await sealCompany(store.deps, companyId);
    expect(await purgeAudit(store.deps, companyId, { days: 0 })).toBe(7);
    await sealCompany(store.deps, companyId);
    const second = await verifyChain(store.deps, companyId, { expect: first.head });
    expect(second.problem?.text).toContain("retention has removed");
    expect(await verifyChain(store.deps, companyId)).toMatchObject({ ok: true, verified: 1, checkpoint: { seq: 9 } });
  });

  test("a beginning that somebody cut off under a made-up checkpoint is found", async () => {
    await sealedWorld(4);
    await tamperUnchecked(
      `INSERT INTO audit_checkpoints SELECT company_id, chain_seq, chain_hash, 3, now() FROM audit_seals
        WHERE company_id = $1::text AND chain_seq = 3`,
      "DELETE FROM audit_seals WHERE company_id = $1::text AND chain_seq <= 3",
      "DELETE FROM audit_entries e WHERE company_id = $1::text AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.audit_id = e.audit_id)",
    );
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "checkpoint_untold", seq: 3 });
  });

  test("a broken chain is not shortened, so that what was done to it stays to be found", async () => {
    await act(4);
    await age(400, 4);
    await sealedWorld(0);
    await tamper("UPDATE audit_entries SET actor = 'x' WHERE company_id = $1::text AND target_id = 'ses_2'");
    expect(await purgeAudit(store.deps, companyId, { days: 365 })).toBe(0);
    expect((await verifyChain(store.deps, companyId)).problem).toMatchObject({ kind: "entry_changed", seq: 3 });
  });
});
