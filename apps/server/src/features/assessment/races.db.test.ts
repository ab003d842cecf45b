import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import type { Deps } from "../../infra/deps.ts";
import { Applicant, createLender, eventsOf, moveExpiry, sessionView, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { expireDue, startExpirySweep } from "../sessions/expiry.ts";
import { endSession, lockSession } from "../sessions/lifecycle.ts";
import { finishJourney } from "./service.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps);
});
afterAll(async () => {
  await app.close();
  await store.close();
});

/** What the lender's cancellation does. */
async function cancel(sessionId: string): Promise<void> {
  await store.deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId: lender.companyId, sessionId });
    if (session) await endSession(tx, store.deps, session, { state: "cancelled", reasons: ["CANCELLED_BY_LENDER"] });
  });
}

const EVENTS_OF: Readonly<Record<string, readonly string[]>> = {
  completed: ["application.complete", "psychometric_score.complete"],
  incomplete: ["application.incomplete"],
  cancelled: ["application.cancelled"],
  expired: ["application.expired"],
};

test("finish, stop, expiry and cancellation at once: the first commit wins and only its end is announced", async () => {
  const won = new Set<string>();
  for (let round = 0; round < 16; round += 1) {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.playAll(`/a/${code}`);
    // Past the grace the applicant's own calls can not win any more, so half of the rounds leave the sweep out.
    const isDue = round % 2 === 1;
    const acts = [
      () => applicant.finish(),
      () => applicant.post("stop", applicant.position),
      () => cancel(sessionId),
      () => expireDue(store.deps, lender.companyId, 10),
    ];
    if (isDue) await moveExpiry(store.deps, lender, { sessionId, seconds: -601 });
    const first = round % acts.length;
    await Promise.all([...acts.slice(first), ...acts.slice(0, first)].map(async (act) => act()));
    const { state } = await sessionView(store.deps, lender, sessionId);
    won.add(state);
    expect((await eventsOf(store.deps, lender, sessionId)).map(({ event }) => event.type)).toEqual(EVENTS_OF[state]);
    const results = await store.deps.db.query("SELECT 1 FROM results WHERE company_id = $1 AND session_id = $2", [
      lender.companyId,
      sessionId,
    ]);
    expect(results).toHaveLength(state === "completed" ? 1 : 0);
  }
  expect(won.size).toBeGreaterThan(1);
});

test("a finish that is cut off before its commit leaves no result, event or delivery, and the next one is complete", async () => {
  const { code, sessionId } = await lender.session();
  const applicant = new Applicant(app);
  await applicant.playAll(`/a/${code}`);
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
  const caller = { companyId: lender.companyId, environmentId: lender.environmentId, sessionId, run: 1 };
  const request = { ...applicant.position, tasks: [] };
  await expect(finishJourney(cutOff, { ...caller, cookieless: false }, request)).rejects.toThrow("ends here");
  expect((await sessionView(store.deps, lender, sessionId)).state).toBe("in_progress");
  expect(await eventsOf(store.deps, lender, sessionId)).toEqual([]);
  expect((await applicant.finish()).status).toBe(200);
  expect(await eventsOf(store.deps, lender, sessionId)).toHaveLength(2);
});

test("two sweepers at once expire each session once", async () => {
  const by = await createLender(store.deps);
  const ids: string[] = [];
  for (let count = 0; count < 120; count += 1) ids.push((await by.session()).sessionId);
  await store.deps.db.query("UPDATE sessions SET expires_at = now() - interval '1 minute' WHERE company_id = $1", [
    by.companyId,
  ]);
  const counts = await Promise.all(Array.from({ length: 6 }, () => expireDue(store.deps, by.companyId, 40)));
  const left = await expireDue(store.deps, by.companyId, 200);
  expect(counts.reduce((sum, count) => sum + count, left)).toBe(120);
  const [events] = await store.deps.db.query(
    `SELECT count(*)::int AS events, count(DISTINCT session_id)::int AS sessions
       FROM events WHERE company_id = $1 AND type = 'application.expired'`,
    [by.companyId],
  );
  expect(events).toEqual({ events: 120, sessions: 120 });
});

test("the sweep finds the due sessions of every company by itself", async () => {
  const others = [await createLender(store.deps), await createLender(store.deps)];
  const sessions = await Promise.all(others.map(async (by) => ({ by, ...(await by.session()) })));
  for (const { by, sessionId } of sessions) await moveExpiry(store.deps, by, { sessionId, seconds: -1 });
  const sweeps = [startExpirySweep(store.deps, { everyMs: 20 }), startExpirySweep(store.deps, { everyMs: 20 })];
  try {
    const deadline = performance.now() + 10_000;
    for (const { by, sessionId } of sessions) {
      while ((await sessionView(store.deps, by, sessionId)).state !== "expired") {
        if (performance.now() > deadline) throw new Error("the sweep did not come by");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(await eventsOf(store.deps, by, sessionId)).toHaveLength(1);
    }
  } finally {
    await Promise.all(sweeps.map((sweep) => sweep.stop()));
  }
});

test("no applicant's call ever needs a second connection while it holds one", async () => {
  const narrow = await testDeps({ poolSize: 1 });
  const narrowApp = buildApp(narrow.deps);
  const freshApp = buildApp({ ...narrow.deps });
  try {
    const by = await createLender(narrow.deps);
    const applicants = await Promise.all(
      Array.from({ length: 4 }, async () => ({ code: (await by.session()).code, applicant: new Applicant(narrowApp) })),
    );
    await Promise.all(applicants.map(({ applicant, code }) => applicant.playAll(`/a/${code}`)));
    // Caches belong to their context: behind a new one every look-up goes to the database.
    await Promise.all(
      applicants.map(async ({ applicant }) => {
        const fresh = Object.assign(new Applicant(freshApp), applicant, { app: freshApp });
        expect((await fresh.finish()).status).toBe(200);
      }),
    );
  } finally {
    await Promise.all([narrowApp.close(), freshApp.close()]);
    await narrow.close();
  }
});
