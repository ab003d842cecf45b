import { afterAll, beforeAll, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { expireDue } from "./expiry.ts";
import { lockSession, reopenSession as startAgain } from "./lifecycle.ts";
import { cancelSession, reopenSession } from "./service.ts";

/** Acts that exclude each other, started together and in turns: what was committed first stands, the others are told. */

let lender: TestLender;
let environment: EnvironmentAccess;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  const { companyId, test: side } = lender.deployment;
  environment = await environmentById(lender.deps, companyId, side.environmentId);
});
afterAll(() => lender.close());

const { create } = sessionCalls(() => lender);

interface Row {
  readonly state: string;
  readonly run: number;
  readonly events: readonly string[];
  readonly results: number;
  readonly ended_runs: readonly string[];
  readonly audited: readonly string[];
}

async function rowOf(sessionId: string): Promise<Row> {
  const [row] = await lender.deps.db.query<Row>(
    `SELECT s.state, s.run,
            ARRAY(SELECT e.run || ' ' || e.type FROM events e WHERE e.company_id = $1 AND e.session_id = $2
                   ORDER BY e.run, e.type) AS events,
            (SELECT count(*)::int FROM results r WHERE r.company_id = $1 AND r.session_id = $2) AS results,
            ARRAY(SELECT f.run || ' ' || (f.details->>'state') FROM session_facts f
                   WHERE f.company_id = $1 AND f.session_id = $2 AND f.kind = 'run_ended' ORDER BY f.run) AS ended_runs,
            ARRAY(SELECT a.action FROM audit_entries a
                   WHERE a.company_id = $1 AND a.target_id = $2 ORDER BY a.audit_id) AS audited
       FROM sessions s WHERE s.company_id = $1 AND s.session_id = $2`,
    [environment.companyId, sessionId],
  );
  if (!row) throw new Error("no such session");
  return row;
}

async function settle(acts: readonly (() => Promise<unknown>)[], first: number): Promise<readonly boolean[]> {
  const order = [...acts.slice(first), ...acts.slice(0, first)];
  const outcomes = await Promise.allSettled(order.map(async (act) => act()));
  const inOrder = [...outcomes.slice(acts.length - first), ...outcomes.slice(0, acts.length - first)];
  return inOrder.map(({ status }) => status === "fulfilled");
}

const move = (sessionId: string, seconds: number) =>
  lender.deps.db.query(
    `UPDATE sessions SET expires_at = now() + make_interval(secs => $3::int) WHERE company_id = $1 AND session_id = $2`,
    [environment.companyId, sessionId, seconds],
  );

const endTypes = ["application.cancelled", "application.expired", "application.incomplete"];

test("fifty creations of one uid at once make one session with one link and one end", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => create("MANY-0001")));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 50 }, () => 200));
  const told = new Set(answers.map((answer) => [answer.json().session_id, answer.json().expires_at].join()));
  expect(told.size).toBe(1);
  const links = await lender.deps.db.query(
    "SELECT code FROM link_directory WHERE company_id = $1 AND session_id = $2",
    [environment.companyId, answers[0]?.json().session_id],
  );
  expect(links).toHaveLength(1);
});

test("creating, cancelling, re-opening, finishing and the sweep at once: every run has one end, and a result at most one run", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 24; round += 1) {
    const uid = `RACE-${round}-x`;
    const { session_id: sessionId, link } = (await create(uid)).json() as { session_id: string; link: string };
    const applicant = new Applicant(lender.app);
    await applicant.playAll(link.slice(link.indexOf("/a/")));
    if (round % 3 === 2) await move(sessionId, -601);
    const options = { environment, name: { uid }, actor: SYSTEM };
    const acts = [
      () => applicant.finish(),
      () => cancelSession(lender.deps, options),
      () => reopenSession(lender.deps, options),
      () => expireDue(lender.deps, environment.companyId, 10),
      () => create(uid),
      () => cancelSession(lender.deps, options),
    ];
    await settle(acts, round % acts.length);
    const row = await rowOf(sessionId);
    seen.add(`${row.state} ${row.run}`);
    const ofRun = (run: number) => row.events.filter((event) => event.startsWith(`${run} `)).map((e) => e.slice(2));
    // Every run before the last ended once, as its fact says, and was announced once.
    expect(row.ended_runs).toHaveLength(row.run - 1);
    for (let run = 1; run < row.run; run += 1) {
      expect(ofRun(run)).toEqual([`application.${row.ended_runs[run - 1]?.slice(2)}`]);
      expect(endTypes).toContain(ofRun(run)[0]);
    }
    const last = ofRun(row.run);
    if (row.state === "completed") expect(last).toEqual(["application.complete", "psychometric_score.complete"]);
    else expect(last).toEqual(row.state === "created" ? [] : [`application.${row.state}`]);
    expect(row.results).toBe(row.state === "completed" ? 1 : 0);
    expect(row.audited.filter((action) => action === "session.reopened")).toHaveLength(row.run - 1);
  }
  expect(seen.size).toBeGreaterThan(2);
});

test("a finish that waits behind a cancellation and a re-opening finds another run and stores nothing", async () => {
  const { session_id: sessionId, link } = (await create("BEHIND-0001")).json() as { session_id: string; link: string };
  const applicant = new Applicant(lender.app);
  await applicant.playAll(link.slice(link.indexOf("/a/")));
  const { companyId } = environment;
  let finish: ReturnType<Applicant["finish"]> | undefined;
  await lender.deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId });
    if (session === null) throw new Error("no such session");
    finish = applicant.finish();
    await waitsForLock();
    await tx.query(
      "UPDATE sessions SET state = 'cancelled', ended_at = now() WHERE company_id = $1 AND session_id = $2",
      [companyId, sessionId],
    );
    await startAgain(tx, lender.deps, { ...session, state: "cancelled" }, { actor: SYSTEM });
  });
  expect(await finish).toMatchObject({ status: 409, body: { code: "journey_replaced" } });
  expect(await rowOf(sessionId)).toMatchObject({ state: "created", run: 2, results: 0 });
});

test("several re-openings of one ended run make one run, whoever asks", async () => {
  for (let round = 0; round < 6; round += 1) {
    const uid = `ONCE-${round}-x`;
    const { session_id: sessionId } = (await create(uid)).json() as { session_id: string };
    const options = { environment, name: { uid }, actor: SYSTEM };
    await cancelSession(lender.deps, options);
    const answers = await Promise.all(Array.from({ length: 8 }, () => reopenSession(lender.deps, options)));
    expect(answers.map(({ run }) => run)).toEqual(Array.from({ length: 8 }, () => 2));
    expect(await rowOf(sessionId)).toMatchObject({ run: 2, ended_runs: ["1 cancelled"] });
  }
});

/** Until some statement of this database waits for another transaction. */
async function waitsForLock(): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const [waiting] = await lender.deps.db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_locks
        WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    );
    if ((waiting?.count ?? 0) > 0) return;
    if (performance.now() > deadline) throw new Error("nothing came to wait for the lock");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
