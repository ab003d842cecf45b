import { afterAll, beforeAll, expect, test } from "vitest";

import type { Deps } from "../../infra/deps.ts";
import { createLender, eventsOf, sessionView, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { rescoreCheck } from "../results/service.ts";
import { expireDue } from "../sessions/expiry.ts";
import { reopenSession } from "../sessions/service.ts";
import { playNext, startSandbox } from "./service.ts";

let store: TestDeps;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  lender = await createLender(store.deps);
});
afterAll(async () => {
  await store.close();
});

/** Creates and plays one applicant; returns its state and the events as sent. */
async function play(uid: string, by: Lender = lender) {
  const { sessionId } = await by.session(uid);
  while (await playNext(store.deps, by.companyId));
  const events = (await eventsOf(store.deps, by, sessionId)).map(({ event }) => event);
  return { sessionId, view: await sessionView(store.deps, by, sessionId), events };
}

async function playScored(uid: string, by: Lender = lender) {
  const { view, events, sessionId } = await play(uid, by);
  expect(view).toMatchObject({ state: "completed", outcome: "scored" });
  expect(events.map(({ type }) => type)).toEqual(["application.complete", "psychometric_score.complete"]);
  const scored = events[1];
  if (scored?.type !== "psychometric_score.complete") throw new Error("no score event");
  expect(scored.details.simulated).toBe(true);
  const check = await rescoreCheck(store.deps, { companyId: by.companyId, sessionId });
  expect(check?.same).toBe(true);
  return scored.details;
}

test("SIM-LOWRISK is scored at low risk with high confidence", async () => {
  const { calculated } = await playScored("SIM-LOWRISK-0001");
  expect(calculated.score).toBeLessThan(30);
  expect(calculated.score_confidence).toBe("HIGH");
});

test("SIM-HIGHRISK is scored at high risk with high confidence", async () => {
  const { calculated } = await playScored("SIM-HIGHRISK-0001");
  expect(calculated.score).toBeGreaterThan(70);
  expect(calculated.score_confidence).toBe("HIGH");
});

test("SIM-LOWTRUST is scored with low confidence and named flags", async () => {
  const { calculated } = await playScored("SIM-LOWTRUST-0001");
  expect(calculated.score_confidence).toBe("LOW");
  expect(calculated.flags.length).toBeGreaterThan(0);
});

test("SIM-BOT is scored LOW with the flag scripted_input", async () => {
  const { calculated } = await playScored("SIM-BOT-0001");
  expect(calculated.score_confidence).toBe("LOW");
  expect(calculated.flags.map(({ key }) => key)).toContain("scripted_input");
});

test("SIM-CANCEL declines the policy", async () => {
  const { view, events } = await play("SIM-CANCEL-0001");
  expect(view.state).toBe("cancelled");
  expect(events).toMatchObject([
    { type: "application.cancelled", reasons: ["PRIVACY_POLICY_REJECTED"], details: { simulated: true } },
  ]);
});

test("SIM-INCOMPLETE plays one task and stops", async () => {
  const { view, events } = await play("SIM-INCOMPLETE-0001");
  expect(view.state).toBe("incomplete");
  expect(events).toMatchObject([
    { type: "application.incomplete", reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"], details: { simulated: true } },
  ]);
});

test("SIM-EXPIRE is opened, plays one task and expires at the end of its time; the sweep leaves it to the sandbox", async () => {
  const { sessionId } = await lender.session("SIM-EXPIRE-0001");
  expect(await expireDue(store.deps, lender.companyId, 100)).toBe(0);
  while (await playNext(store.deps, lender.companyId));
  expect((await sessionView(store.deps, lender, sessionId)).state).toBe("expired");
  const [expired] = await eventsOf(store.deps, lender, sessionId);
  if (expired?.event.type !== "application.expired") throw new Error("no expiry event");
  const { application_started_at, application_expired_at, simulated } = expired.event.details;
  expect(simulated).toBe(true);
  expect(application_started_at).toBeLessThan(application_expired_at);
  const [done] = await store.deps.db.query(
    "SELECT count(*)::int AS tasks FROM task_attempts WHERE company_id = $1 AND session_id = $2 AND state = 'done'",
    [lender.companyId, sessionId],
  );
  expect(done).toEqual({ tasks: 1 });
});

test("the same uid gets the same result on another installation", async () => {
  const elsewhere = await testDeps({ config: { secretRing: `1:${Buffer.alloc(32, 9).toString("base64")}` } });
  try {
    const other = await createLender(elsewhere.deps);
    const { sessionId } = await other.session("SIM-LOWTRUST-0001");
    while (await playNext(elsewhere.deps, other.companyId));
    const events = await eventsOf(elsewhere.deps, other, sessionId);
    const scored = events.map(({ event }) => event).find((event) => event.type === "psychometric_score.complete");
    const here = await playScored("SIM-LOWTRUST-0001", await createLender(store.deps));
    expect(scored?.details.calculated).toEqual(here.calculated);
  } finally {
    await elsewhere.close();
  }
});

test("the virtual clock ends now: nothing of the journey lies in the future", async () => {
  const { sessionId } = await play("SIM-LOWRISK-0002");
  const [row] = await store.deps.db.query(
    `SELECT s.ended_at <= now() AND s.opened_at < s.consented_at AND s.consented_at < min(b.received_at)
            AND max(b.received_at) < s.ended_at AS is_ordered
       FROM sessions s JOIN input_batches b USING (company_id, session_id)
      WHERE s.company_id = $1 AND s.session_id = $2 GROUP BY s.ended_at, s.opened_at, s.consented_at`,
    [lender.companyId, sessionId],
  );
  expect(row).toEqual({ is_ordered: true });
});

test("a play that is cut off before its commit leaves nothing half played, and the next pass plays it", async () => {
  const by = await createLender(store.deps);
  const { sessionId } = await by.session("SIM-LOWRISK-cut");
  const { db } = store.deps;
  const cutOff: Deps = {
    ...store.deps,
    db: {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error("the process ends here");
        }),
    },
  };
  await playNext(cutOff, by.companyId);
  expect(await sessionView(store.deps, by, sessionId)).toMatchObject({ state: "created", epoch: 0 });
  const attempts = await db.query("SELECT 1 FROM task_attempts WHERE company_id = $1", [by.companyId]);
  expect(attempts).toEqual([]);
  await playNext(store.deps, by.companyId);
  expect((await sessionView(store.deps, by, sessionId)).state).toBe("completed");
});

test("two sandboxes at once play each applicant once, woken as its session is created", async () => {
  const loops = [startSandbox(store.deps, { everyMs: 60_000 }), startSandbox(store.deps, { everyMs: 60_000 })];
  try {
    const created = await Promise.all(Array.from({ length: 8 }, (_, index) => lender.session(`SIM-LOWRISK-b${index}`)));
    const deadline = performance.now() + 10_000;
    for (const { sessionId } of created) {
      while ((await sessionView(store.deps, lender, sessionId)).state !== "completed") {
        if (performance.now() > deadline) throw new Error("a simulated applicant was not played in time");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(await eventsOf(store.deps, lender, sessionId)).toHaveLength(2);
    }
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
});

test.each([
  ["SIM-CANCEL-AGAIN-1", "cancelled"],
  ["SIM-INCOMPLETE-AGAIN-1", "incomplete"],
  ["SIM-EXPIRE-AGAIN-1", "expired"],
])(
  "%s that is re-opened is played once more, by the same plan, with new seeds and its own event",
  async (uid, state) => {
    const { sessionId, view } = await play(uid);
    expect(view.state).toBe(state);
    const environment = await environmentById(store.deps, lender.companyId, lender.environmentId);
    const reopened = await reopenSession(store.deps, { environment, name: { uid }, actor: SYSTEM });
    expect([reopened.run, reopened.clock]).toEqual([2, "running"]);
    while (await playNext(store.deps, lender.companyId));
    expect((await sessionView(store.deps, lender, sessionId)).state).toBe(state);
    const runs = await store.deps.db.query(
      "SELECT run, type FROM events WHERE company_id = $1 AND session_id = $2 ORDER BY run",
      [lender.companyId, sessionId],
    );
    expect(runs).toEqual([1, 2].map((run) => ({ run, type: `application.${state}` })));
    const seeds = await store.deps.db.query<{ seed: string }>(
      "SELECT DISTINCT seed FROM task_attempts WHERE company_id = $1 AND session_id = $2",
      [lender.companyId, sessionId],
    );
    const [attempts] = await store.deps.db.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM task_attempts WHERE company_id = $1 AND session_id = $2",
      [lender.companyId, sessionId],
    );
    expect(seeds).toHaveLength(attempts?.count ?? -1);
  },
);
