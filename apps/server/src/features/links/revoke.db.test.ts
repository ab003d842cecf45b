import { createLinksSchema } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import { testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { cliActor, SYSTEM } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { setWebhookUrl } from "../endpoints/service.ts";
import { lockSession, reopenSession } from "../sessions/lifecycle.ts";
import { continueRevoking, createBatch, listLinks, revokeBatch, revokeLink } from "./service.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  const { companyId, test: place } = lender.deployment;
  const key = { companyId, environmentId: place.environmentId, kind: "test", url: "http://127.0.0.1:9/hook" } as const;
  await lender.deps.db.transaction((tx) => setWebhookUrl(tx, lender.deps, key));
});
afterAll(() => lender.close());

const ACTOR = cliActor("someone");
const environment = () =>
  environmentById(lender.deps, lender.deployment.companyId, lender.deployment.test.environmentId);

async function made(count: number) {
  const place = await environment();
  const wish = createLinksSchema.parse({ name: "A batch", count });
  const { batch, done } = await createBatch(lender.deps, { environment: place, wish, actor: SYSTEM });
  await done;
  const { items } = await listLinks(lender.deps, place, { batchId: batch.batchId, limit: 1000 });
  return { batchId: batch.batchId, items };
}

/** A link in each state that an open journey can have, and one whose time is over. */
async function ofEveryState() {
  const { batchId, items } = await made(4);
  const [created, opened, playing, due] = items;
  for (const link of [opened, playing]) {
    const applicant = new Applicant(lender.app);
    await applicant.follow(new URL(link?.link ?? "").pathname);
    await applicant.open();
    if (link === playing) await applicant.consent();
  }
  const past = "2026-01-02T03:04:05Z";
  await lender.deps.db.query(
    `UPDATE sessions SET expires_at = $3::timestamptz, clock = 'running' WHERE company_id = $1::text AND session_id = $2::text`,
    [lender.deployment.companyId, due?.session_id, past],
  );
  return { batchId, ids: [created, opened, playing, due].map((link) => link?.session_id ?? "") };
}

/** What the end of each of these sessions left, without ids, codes and moments. */
async function remains(ids: readonly string[]): Promise<readonly unknown[]> {
  return lender.deps.db.query(
    `SELECT s.state, s.outcome, s.end_reasons, s.ended_at = s.last_activity_at AS ended_now, s.ended_at = v.created_at AS at_once,
            v.run, v.type, v.body::jsonb #- '{uid}' #- '{event,details}' AS body,
            (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(v.body::jsonb #> '{event,details}') k) AS details,
            v.body_hash = encode(sha256(convert_to(v.body, 'UTF8')), 'hex') AS hashed, d.state AS delivery,
            (SELECT array_agg(a.state ORDER BY a.state) FROM task_attempts a
              WHERE a.company_id = s.company_id AND a.session_id = s.session_id) AS attempts,
            (SELECT jsonb_agg(to_jsonb(e) - 'audit_id' - 'target_id' - 'at') FROM audit_entries e
              WHERE e.company_id = s.company_id AND e.target_id = s.session_id) AS audit
       FROM sessions s
       JOIN events v ON v.company_id = s.company_id AND v.session_id = s.session_id AND v.type <> 'application.started'
       JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
      WHERE s.company_id = $1::text AND s.session_id = ANY ($2::text[])
      ORDER BY array_position($2::text[], s.session_id), v.type`,
    [lender.deployment.companyId, ids],
  );
}

test("a batch leaves of each link what revoking it alone leaves, whatever its state", async () => {
  const [one, many] = [await ofEveryState(), await ofEveryState()];
  const place = await environment();
  for (const sessionId of one.ids) {
    const alone = revokeLink(lender.deps, { environment: place, sessionId, actor: ACTOR });
    // That its time was over is an error to who revokes it alone, and written by the sweep.
    if (sessionId === one.ids[3]) await expect(alone).rejects.toMatchObject({ code: "link_not_open" });
    else await alone;
  }
  const batch = await revokeBatch(lender.deps, { environment: place, batchId: many.batchId, actor: ACTOR });
  expect(await continueRevoking(lender.deps, batch)).toBe(3);
  const rows = await remains(many.ids);
  expect(rows.slice(0, 3)).toEqual(await remains(one.ids));
  expect(rows.slice(0, 3)).toMatchObject([
    { state: "cancelled", type: "application.cancelled", delivery: "pending", attempts: null },
    { state: "cancelled", type: "application.cancelled", delivery: "pending", attempts: null },
    {
      state: "cancelled",
      type: "application.cancelled",
      delivery: "pending",
      attempts: ["interrupted", "interrupted"],
    },
  ]);
  expect(rows[3]).toMatchObject({ state: "expired", type: "application.expired", delivery: "pending", audit: null });
});

async function countOf(batchId: string): Promise<unknown> {
  const [row] = await lender.deps.db.query(
    `SELECT count(*) FILTER (WHERE s.state = 'cancelled')::int AS cancelled, count(v.event_id)::int AS events,
            count(d.delivery_id)::int AS deliveries,
            (SELECT count(*)::int FROM audit_entries e JOIN sessions x ON x.company_id = e.company_id AND x.session_id = e.target_id
              WHERE e.company_id = $1::text AND x.batch_id = $2::text AND e.action = 'link.revoked') AS audited
       FROM sessions s
       LEFT JOIN events v ON v.company_id = s.company_id AND v.session_id = s.session_id
       LEFT JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
      WHERE s.company_id = $1::text AND s.batch_id = $2::text`,
    [lender.deployment.companyId, batchId],
  );
  return row;
}

test("several processes that revoke one batch end and announce each link once", async () => {
  const { batchId } = await made(650);
  const batch = await revokeBatch(lender.deps, { environment: await environment(), batchId, actor: ACTOR });
  const ended = await Promise.all([1, 2, 3].map(() => continueRevoking(lender.deps, batch)));
  expect(ended.reduce((sum, count) => sum + count, 0)).toBe(650);
  expect(await countOf(batchId)).toEqual({ cancelled: 650, events: 650, deliveries: 650, audited: 650 });
});

test("what a process left of a batch when it was cut off, the next one ends", async () => {
  const { batchId } = await made(450);
  const place = await environment();
  const batch = await revokeBatch(lender.deps, { environment: place, batchId, actor: ACTOR });
  const cutOff = continueRevoking(lender.deps, batch, (revoked) => {
    if (revoked >= 200) throw new Error("cut off");
  });
  await expect(cutOff).rejects.toThrow("cut off");
  expect(await countOf(batchId)).toMatchObject({ cancelled: 200, events: 200 });
  expect(await continueRevoking(lender.deps, batch)).toBe(250);
  expect(await countOf(batchId)).toEqual({ cancelled: 450, events: 450, deliveries: 450, audited: 450 });
});

test("a link re-issued behind the place where the work goes on is ended too", async () => {
  const { batchId, items } = await made(450);
  const { deps } = lender;
  const batch = await revokeBatch(deps, { environment: await environment(), batchId, actor: ACTOR });
  let commits = 0;
  const db: typeof deps.db = {
    ...deps.db,
    async transaction(work) {
      const result = await deps.db.transaction(work);
      commits += 1;
      if (commits === 2) await startAgain(items[0]?.session_id ?? "");
      return result;
    },
  };
  expect(await continueRevoking({ ...deps, db }, batch)).toBe(451);
  expect(await countOf(batchId)).toMatchObject({ events: 451, audited: 451 });
});

async function startAgain(sessionId: string): Promise<void> {
  const { companyId } = lender.deployment;
  await lender.deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId });
    if (session !== null) await reopenSession(tx, lender.deps, session, { actor: ACTOR });
  });
}
