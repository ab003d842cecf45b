import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { createLender, digestOf, startPlaying, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

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

async function playThrough(wordOn: (honest: string) => string | undefined) {
  const { applicant, sessionId } = await startPlaying(app, lender);
  while (applicant.journey?.grants.length) {
    const digest = wordOn(digestOf(applicant.grant()));
    const answer = await applicant.taskDone(await applicant.playTask(), digest === undefined ? {} : { digest });
    expect(answer.status).toBe(200);
  }
  expect((await applicant.finish()).body["state"]).toBe("completed");
  const rows = await store.deps.db.query<{ readonly integrity: string; readonly confidence: string }>(
    `SELECT calculated->'working'->>'integrity' AS integrity, score_confidence AS confidence
       FROM results WHERE company_id = $1 AND session_id = $2`,
    [lender.companyId, sessionId],
  );
  return { sessionId, verdict: rows[0] };
}

function storedDigests(sessionId: string): Promise<readonly { readonly digest: string | null }[]> {
  return store.deps.db.query(
    `SELECT shown_digest AS digest FROM task_attempts
      WHERE company_id = $1 AND session_id = $2 ORDER BY task_index`,
    [lender.companyId, sessionId],
  );
}

test("what the page saw is kept with the attempt, and a replay that agrees is verified", async () => {
  const said: string[] = [];
  const { sessionId, verdict } = await playThrough((honest) => {
    said.push(honest);
    return honest;
  });
  expect(verdict?.integrity).toBe("verified");
  expect((await storedDigests(sessionId)).map(({ digest }) => digest)).toEqual(said);
});

test("a page that saw something else than the replay makes the result a replay mismatch with low confidence", async () => {
  const { verdict } = await playThrough((honest) => (honest.startsWith("0") ? "1" : "0") + honest.slice(1));
  expect(verdict).toEqual({ integrity: "replay_mismatch", confidence: "LOW" });
});

test("a page that does not say what it saw is judged by its inputs alone", async () => {
  const { sessionId, verdict } = await playThrough(() => undefined);
  expect(verdict?.integrity).toBe("verified");
  expect((await storedDigests(sessionId)).map(({ digest }) => digest)).toEqual(Array.from({ length: 5 }, () => null));
});

test("the first word on a task stands: a repetition with another digest changes nothing", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  const lastSeq = await applicant.playTask();
  const done = { ...applicant.position, task_index: 0, attempt: 1, last_seq: lastSeq };
  await applicant.post("task-done", { ...done, digest: "0".repeat(16) });
  expect((await applicant.post("task-done", { ...done, digest: "f".repeat(16) })).status).toBe(200);
  expect((await storedDigests(sessionId))[0]).toEqual({ digest: "0".repeat(16) });
});

test("a digest of another form is refused", async () => {
  const { applicant } = await startPlaying(app, lender);
  const answer = await applicant.taskDone(await applicant.playTask(), { digest: "ABC" });
  expect([answer.status, answer.body["code"]]).toEqual([422, "body_invalid"]);
});
