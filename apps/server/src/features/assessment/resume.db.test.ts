import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, chunks, createLender, inputsOf, startPlaying, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  // Two tasks: what is granted and what is done can be told in a line.
  lender = await createLender(store.deps, { battery: "preview-1" });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const playing = () => startPlaying(app, lender);

const sendSome = (applicant: Applicant) =>
  applicant.batch({ grant: applicant.grant(), seq: 0, inputs: inputsOf(applicant.grant()).slice(0, 5) });

const granted = (applicant: Applicant) =>
  applicant.journey?.grants.map(({ task_index, attempt }) => `${task_index}/${attempt}`);

async function facts(sessionId: string): Promise<readonly string[]> {
  const rows = await store.deps.db.query<{ readonly kind: string }>(
    "SELECT kind FROM session_facts WHERE company_id = $1 AND session_id = $2 ORDER BY (details->>'epoch')::int",
    [lender.companyId, sessionId],
  );
  return rows.map(({ kind }) => kind);
}

test("a task without inputs is granted again with the same seed", async () => {
  const { applicant } = await playing();
  const before = applicant.journey?.grants;
  await applicant.open();
  expect(applicant.journey?.grants).toEqual(before);
  expect(applicant.journey?.epoch).toBe(2);
});

test("an interrupted task starts anew with another seed, and what was played of it is kept", async () => {
  const { applicant, sessionId } = await playing();
  const before = applicant.grant();
  await sendSome(applicant);
  await applicant.open();
  expect(granted(applicant)).toEqual(["0/2", "1/1"]);
  expect(applicant.grant().seed).not.toBe(before.seed);
  const rows = await store.deps.db.query(
    `SELECT a.attempt, a.state, count(b.seq)::int AS batches
       FROM task_attempts a LEFT JOIN input_batches b USING (company_id, session_id, run, task_index, attempt)
      WHERE company_id = $1 AND session_id = $2 AND task_index = 0 GROUP BY 1, 2 ORDER BY 1`,
    [lender.companyId, sessionId],
  );
  expect(rows).toEqual([
    { attempt: 1, state: "interrupted", batches: 1 },
    { attempt: 2, state: "open", batches: 0 },
  ]);
});

test("after three attempts the last one is scored as it stands and the journey goes on", async () => {
  const { applicant } = await playing();
  for (const expected of ["0/1", "0/2", "0/3"]) {
    expect(granted(applicant)?.[0]).toBe(expected);
    await sendSome(applicant);
    await applicant.open();
  }
  expect(granted(applicant)).toEqual(["1/1"]);
  expect(applicant.journey?.tasks.map(({ done }) => done)).toEqual([true, false]);
  await applicant.taskDone(await applicant.playTask());
  expect((await applicant.finish()).body["state"]).toBe("completed");
});

test("a task whose inputs had all arrived is done after a reload, though its end was never told", async () => {
  const { applicant } = await playing();
  await applicant.playTask();
  await applicant.open();
  expect(granted(applicant)).toEqual(["1/1"]);
});

test("the next task may be played ahead without a network, and both survive a reload", async () => {
  const { applicant } = await playing();
  await applicant.playTask();
  const ahead = applicant.grant(1);
  for (const [seq, inputs] of chunks(inputsOf(ahead), 30).entries())
    await applicant.batch({ grant: ahead, seq, inputs });
  await applicant.open();
  expect(applicant.journey?.tasks.map(({ done }) => done)).toEqual([true, true]);
  expect((await applicant.finish()).body["state"]).toBe("completed");
});

test("the same tab coming back is no take-over, another one is, and before consent neither counts", async () => {
  const session = await lender.session();
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${session.code}`);
  await applicant.open("first-tab-1");
  await applicant.open("second-tab-2");
  await applicant.consent();
  await applicant.open("second-tab-2");
  await applicant.open("first-tab-1");
  expect(await facts(session.sessionId)).toEqual(["opened", "resumed", "resumed", "taken_over"]);
});

test("no two applicants get the same seed, nor does one get it twice", async () => {
  const seeds = new Set<string>();
  for (let count = 0; count < 5; count += 1) {
    const { applicant } = await playing();
    for (const grant of applicant.journey?.grants ?? []) seeds.add(grant.seed);
    await sendSome(applicant);
    await applicant.open();
    seeds.add(applicant.grant().seed);
  }
  expect(seeds.size).toBe(15);
});

test("an opening that races with appends leaves one truth: what was acknowledged is stored, the rest is refused", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { applicant, sessionId } = await playing();
    const grant = applicant.grant();
    const batches = chunks(inputsOf(grant), 10);
    const old = applicant.position;
    const send = (seq: number) =>
      applicant.post("batches", { ...old, task_index: 0, attempt: 1, seq, inputs: batches[seq] ?? [] });
    const [first, reopened] = await Promise.all([send(0), applicant.open()]);
    expect(reopened.status).toBe(200);
    const rows = await store.deps.db.query("SELECT seq FROM input_batches WHERE company_id = $1 AND session_id = $2", [
      lender.companyId,
      sessionId,
    ]);
    expect(rows).toHaveLength(first.status === 200 ? 1 : 0);
    // Whoever opened last holds an attempt that nothing of the older page can enter any more.
    expect(granted(applicant)?.[0]).toBe(first.status === 200 ? "0/2" : "0/1");
    expect((await send(1)).body["code"]).toBe("taken_over");
  }
});
