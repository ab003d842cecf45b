import { createHash } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant, moveExpiry, type Lender } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { eraseDue, placeHold, releaseHold, requestErasure, sweepCompany } from "../retention/service.ts";
import { expireDue } from "../sessions/expiry.ts";
import { cancelSession, lockSession, reopenSession } from "../sessions/lifecycle.ts";
import { readMonitoring } from "./service.ts";
import { answered, countByHand } from "./testing/by-hand.ts";
import { addAttempts, addDelivery, addResult, addRetry, addSession } from "./testing/rows.ts";
import { quantile } from "./values.ts";

/** Days that are kept say the same as counting every row anew, whatever happens to the rows. */

let lender: TestLender;
let owner: Database;
let deployment: CreatedDeployment;
let companies = 0;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  deployment = await newDeployment(lender, { company: `Kept ${(companies += 1)}`, name: "Loans" });
});

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const place = () => ({ companyId: deployment.companyId, environmentId: deployment.test.environmentId });

function read() {
  const { companyId } = deployment;
  const query = { companyId, environment: "test", from: day(40), to: day(0), simulated: "without" } as const;
  return readMonitoring(lender.deps, query);
}

/** Kept, counted anew from nothing, and by hand: one answer. */
async function expectEqual(what: string): Promise<void> {
  const kept = await read();
  const byHand = await countByHand(owner, place());
  const { completion, results, ...blocks } = byHand;
  expect(answered(kept), what).toEqual(blocks);
  expect(kept.completion_time.median_seconds, what).toBe(quantile(Object.fromEntries(tally(completion)), 0.5));
  const { n, median, unscorable, confidence } = kept.scores;
  const low = confidence.find(({ key }) => key === "LOW")?.count;
  expect({ n, median, unscorable, low }, what).toEqual({
    n: results.scores.length,
    median: results.scores[Math.ceil(results.scores.length / 2) - 1] ?? null,
    unscorable: results.unscorable,
    low: results.low,
  });
  await owner.query("DELETE FROM monitoring_days WHERE company_id = $1", [deployment.companyId]);
  const { as_of: _, ...afresh } = await read();
  const { as_of: __, ...before } = kept;
  expect(before, what).toEqual(afresh);
}

function tally(values: readonly number[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return counts;
}

/** Days that the next look would have to count anew. */
async function stale(): Promise<readonly string[]> {
  const before = await owner.query<{ key: string; fingerprint: string }>(
    "SELECT part || ' ' || day AS key, fingerprint FROM monitoring_days WHERE company_id = $1",
    [deployment.companyId],
  );
  await read();
  const after = await owner.query<{ key: string; fingerprint: string }>(
    "SELECT part || ' ' || day AS key, fingerprint FROM monitoring_days WHERE company_id = $1",
    [deployment.companyId],
  );
  const known = new Map(before.map((row) => [row.key, row.fingerprint]));
  return after.filter((row) => known.get(row.key) !== row.fingerprint).map((row) => row.key);
}

let uids = 0;

async function begin() {
  const { apiKey, integrationId } = deployment.test;
  const body = { uid: `KEPT-${(uids += 1)}-x`, integration_id: integrationId };
  const answer = await postTokens(lender.app, body, { headers: { "api-key": apiKey } });
  const { session_id: sessionId, link } = answer.json() as { session_id: string; link: string };
  const applicant = new Applicant(lender.app);
  return { sessionId, uid: body.uid, path: link.slice(link.lastIndexOf("/a/")), applicant };
}

/** As if all of it had happened so many days ago. */
async function age(sessionId: string, daysAgo: number): Promise<void> {
  const values = [sessionId, daysAgo];
  const back = "make_interval(days => $2::int)";
  await owner.query(
    `UPDATE sessions SET created_at = created_at - ${back}, opened_at = opened_at - ${back}, ended_at = ended_at - ${back}
      WHERE session_id = $1`,
    values,
  );
  await owner.query(`UPDATE results SET scored_at = scored_at - ${back} WHERE session_id = $1`, values);
  await owner.query(
    `UPDATE deliveries SET created_at = created_at - ${back}
      WHERE event_id IN (SELECT event_id FROM events WHERE session_id = $1)`,
    values,
  );
}

function act(sessionId: string, work: (...parameters: Parameters<typeof reopenSession>) => Promise<unknown>) {
  return lender.deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId: deployment.companyId, sessionId });
    if (session === null) throw new Error("no session");
    await work(tx, lender.deps, session, { actor: SYSTEM });
  });
}

describe("a past day", () => {
  test("follows late completion, expiry, re-opening, cancelling, erasing and retention, each in the next look", async () => {
    const { companyId, deploymentId } = deployment;
    const settings = { retention: { results_days: 10, inputs_days: 5, deliveries_days: 8 } };
    const webhookUrl = "http://127.0.0.1:9/hook";
    await setEnvironment(lender.deps, { companyId, deploymentId, kind: "test", settings, webhookUrl, actor: SYSTEM });
    const [done, held, erased, old, waiting, late] = [
      await begin(),
      await begin(),
      await begin(),
      await begin(),
      await begin(),
      await begin(),
    ];
    for (const { applicant, path } of [done, held, erased, old]) {
      await applicant.playAll(path);
      expect((await applicant.finish()).status).toBe(200);
    }
    for (const { sessionId } of [done, erased, waiting, late]) await age(sessionId, 3);
    for (const { sessionId } of [held, old]) await age(sessionId, 20);
    await expectEqual("at first");
    // Played by the real page's calls: each task was timed.
    expect((await read()).tasks.map((task) => [task.finished, task.median_seconds === null])).toEqual(
      Array.from({ length: 5 }, () => [4, false]),
    );
    await read();
    expect(await stale()).toEqual([]);

    await late.applicant.playAll(late.path);
    await expectEqual("while one is played");
    expect((await late.applicant.finish()).status).toBe(200);
    expect(await stale()).toContain(`journeys ${day(3)}`);
    await expectEqual("after a late completion");

    await moveExpiry(lender.deps, { companyId } as Lender, { sessionId: waiting.sessionId, seconds: -5 });
    expect(await expireDue(lender.deps, companyId, 10)).toBe(1);
    await expectEqual("after an expiry");
    await act(waiting.sessionId, reopenSession);
    await expectEqual("after a re-opening");
    await act(waiting.sessionId, (tx, deps, session, options) =>
      cancelSession(tx, deps, session, { ...options, reason: "CANCELLED_BY_LENDER" }),
    );
    await expectEqual("after a cancelling");

    const hold = await placeHold(lender.deps, {
      companyId,
      sessionId: held.sessionId,
      reason: "case 7",
      actor: SYSTEM,
    });
    await read();
    expect((await sweepCompany(lender.deps, companyId)).results).toBeGreaterThan(0);
    await expectEqual("after retention");
    await read();
    await releaseHold(lender.deps, { companyId, holdId: hold.holdId, actor: SYSTEM });
    expect((await sweepCompany(lender.deps, companyId)).results).toBeGreaterThan(0);
    await expectEqual("after retention of what was held");

    const { environmentId } = place();
    await read();
    await requestErasure(lender.deps, { companyId, environmentId, name: { uid: erased.uid }, actor: SYSTEM });
    await expectEqual("as soon as an erasure is asked for");
    await read();
    for (let step = 0; step < 3; step++) {
      await owner.query("UPDATE erasures SET not_before = now()");
      await eraseDue(lender.deps, companyId);
    }
    expect(await owner.query("SELECT FROM erasures WHERE state <> 'done'")).toEqual([]);
    await expectEqual("after the erasure");
  }, 60_000);

  test("follows retention that stopped in the middle of it", async () => {
    const at = `${day(9)}T10:00:00Z`;
    const device = "phone" as const;
    const first = await addSession(owner, place(), { at, state: "completed", seconds: 100, device });
    const second = await addSession(owner, place(), { at, state: "completed", seconds: 900, device });
    await read();
    // As a batch of the sweep does it: what the phone was goes, and the lane's place moves on, in one transaction.
    for (const sessionId of [first, second]) {
      await owner.query(
        `WITH emptied AS (UPDATE session_facts SET details = '{}' WHERE session_id = $2)
         INSERT INTO retention_progress (company_id, environment_id, data_class, through_at, through_id)
         SELECT company_id, environment_id, 'results', ended_at, session_id FROM sessions WHERE company_id = $1 AND session_id = $2
         ON CONFLICT (company_id, environment_id, data_class) DO UPDATE SET through_at = excluded.through_at`,
        [deployment.companyId, sessionId],
      );
      await expectEqual(sessionId);
      await read();
    }
    expect((await read()).devices).toEqual([{ key: "unknown", opened: 2, completed: 2 }]);
    expect(await stale()).toEqual([]);
  });

  test("of which nothing is left is kept no longer", async () => {
    const at = `${day(9)}T10:00:00Z`;
    const sessionId = await addSession(owner, place(), { at, state: "completed" });
    await addResult(owner, place(), { sessionId, at, score: 40 });
    await read();
    expect(await owner.query("SELECT FROM monitoring_days WHERE company_id = $1", [deployment.companyId])).toHaveLength(
      2,
    );
    await owner.query("DELETE FROM results WHERE session_id = $1", [sessionId]);
    await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [sessionId]);
    await read();
    expect(await owner.query("SELECT FROM monitoring_days WHERE company_id = $1", [deployment.companyId])).toEqual([]);
  });
});

describe("whatever happens", () => {
  /** The same numbers for the same seed. */
  function dice(seed: string) {
    let drawn = 0;
    return (sides: number): number => {
      const hash = createHash("sha256")
        .update(`${seed} ${(drawn += 1)}`)
        .digest();
      return hash.readUInt32BE(0) % sides;
    };
  }

  const STATES = ["created", "opened", "in_progress", "completed", "expired", "cancelled", "incomplete"] as const;
  const WEBHOOKS = ["pending", "held", "delivered", "dead"] as const;

  test.each(["one", "two", "three"])(
    "kept days equal the rows, in an order drawn by chance: %s",
    async (seed) => {
      const roll = dice(seed);
      const pick = <Item>(items: readonly Item[]): Item | undefined => items[roll(items.length)];
      const someone = async (condition: string) =>
        pick(
          await owner.query<{ id: string }>(
            `SELECT session_id AS id FROM sessions WHERE company_id = $1 AND ${condition} ORDER BY session_id`,
            [deployment.companyId],
          ),
        )?.id;
      const change = async (condition: string, sql: string) => {
        const id = await someone(condition);
        if (id !== undefined) await owner.query(`UPDATE sessions SET ${sql} WHERE session_id = $1`, [id]);
      };
      const at = () => `${day(1 + roll(4))}T0${roll(9)}:00:00Z`;
      const OPEN = "state IN ('created', 'opened', 'in_progress')";

      const acts: readonly (() => Promise<unknown>)[] = [
        async () => {
          const when = at();
          const state = STATES[roll(STATES.length)] ?? "created";
          const device = pick(["phone", "tablet"] as const) ?? "phone";
          const seconds = 200 + roll(400);
          const isScored = roll(3) > 0;
          const outcome = isScored ? "scored" : "unscorable";
          const wish = { at: when, state, outcome, device, seconds, language: "en" } as const;
          const sessionId = await addSession(owner, place(), wish);
          if (["completed", "incomplete", "in_progress"].includes(state)) {
            const isDone = state === "completed";
            await addAttempts(owner, place(), {
              sessionId,
              attempts: [
                { task: 0, key: "money_choices", state: isDone || roll(2) === 0 ? "done" : "open", granted: when },
                { task: 1, key: "quick_taps", state: isDone ? "done" : "open", granted: when },
              ],
            });
          }
          const result = isScored ? { score: 1 + roll(99) } : { score: null, confidence: "LOW" as const };
          if (state === "completed") await addResult(owner, place(), { sessionId, at: when, ...result });
        },
        async () => {
          const sessionId = await someone(
            `state = 'completed' AND outcome = 'unscorable'
             AND session_id IN (SELECT session_id FROM results WHERE company_id = $1)`,
          );
          // After any first one, at times on the same day: none of those is made after 08:59.
          const when = `${day(roll(2))}T1${roll(9)}:00:00Z`;
          if (sessionId !== undefined) await addRetry(owner, place(), { sessionId, at: when, score: 1 + roll(99) });
        },
        () => change("state = 'created'", "state = 'opened', opened_at = now()"),
        () => change("state = 'opened'", "state = 'in_progress', consented_at = now()"),
        () => change(OPEN, "state = 'expired', ended_at = now()"),
        () => change("state = 'opened'", "state = 'cancelled', ended_at = now()"),
        () =>
          change(
            "state IN ('expired', 'cancelled', 'incomplete')",
            "state = 'created', run = run + 1, opened_at = NULL, consented_at = NULL, ended_at = NULL",
          ),
        // As the product does it: what is asked for is out of sight at once, its content goes later.
        async () => {
          const id = await someone("state <> 'erased'");
          if (id === undefined) return;
          await owner.query("UPDATE sessions SET state = 'erased' WHERE session_id = $1", [id]);
          await owner.query(
            `INSERT INTO erasures (company_id, erasure_id, session_id, state, requested_by, environment_id, uid_hash)
           VALUES ($1, $2, $2, 'requested', 'system', $3, $2)`,
            [deployment.companyId, id, deployment.test.environmentId],
          );
        },
        () =>
          owner.query(
            `WITH done AS (UPDATE erasures SET state = 'done' WHERE company_id = $1 AND state <> 'done' RETURNING session_id)
           DELETE FROM results WHERE company_id = $1 AND session_id IN (SELECT session_id FROM done)`,
            [deployment.companyId],
          ),
        async () => {
          const id = await someone("state = 'completed'");
          await owner.query("DELETE FROM results WHERE session_id = $1", [id]);
        },
        () =>
          addDelivery(owner, place(), {
            at: at(),
            state: WEBHOOKS[roll(4)] ?? "held",
            attempts: 1 + roll(3),
            millis: roll(5000),
          }),
        () =>
          owner.query(
            `UPDATE deliveries SET state = $2, delivered_at = CASE $2 WHEN 'delivered' THEN now() END
            WHERE delivery_id = (SELECT delivery_id FROM deliveries WHERE company_id = $1 AND state <> 'delivered'
                                  ORDER BY delivery_id LIMIT 1)`,
            [deployment.companyId, WEBHOOKS[roll(4)]],
          ),
        () =>
          owner.query(
            `DELETE FROM deliveries WHERE delivery_id = (SELECT delivery_id FROM deliveries
            WHERE company_id = $1 AND state IN ('delivered', 'dead') ORDER BY delivery_id LIMIT 1)`,
            [deployment.companyId],
          ),
      ];
      for (let round = 0; round < 20; round++) {
        // New ones more often than what happens to them, or nothing would be left.
        for (let n = 0; n < 8; n++) await (roll(3) === 0 ? acts[0] : pick(acts))?.();
        await read();
        for (let n = 0; n < 4; n++) await pick(acts)?.();
        // Not deleted in between but at the end of the comparison: what is compared was kept over the acts.
        await expectEqual(`seed ${seed}, round ${round}`);
        await read();
      }
    },
    60_000,
  );
});
