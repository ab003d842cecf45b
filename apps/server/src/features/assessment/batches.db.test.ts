import { createHash } from "node:crypto";

import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import {
  Applicant,
  chunks,
  createLender,
  inputsOf,
  startPlaying,
  type Answer,
  type Lender,
} from "../../testing/journey.ts";
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

async function playing() {
  const started = await startPlaying(app, lender);
  const grant = started.applicant.grant();
  return { ...started, grant, batches: chunks(inputsOf(grant), 8) };
}

interface StoredBatch {
  readonly seq: number;
  readonly body: string;
  readonly body_hash: string;
}

function stored(sessionId: string): Promise<readonly StoredBatch[]> {
  return store.deps.db.query(
    "SELECT seq, body, body_hash FROM input_batches WHERE company_id = $1 AND session_id = $2 ORDER BY attempt, seq",
    [lender.companyId, sessionId],
  );
}

function conflicts(sessionId: string): Promise<readonly { readonly body: string }[]> {
  return store.deps.db.query("SELECT body FROM input_conflicts WHERE company_id = $1 AND session_id = $2", [
    lender.companyId,
    sessionId,
  ]);
}

const codeOf = (answer: Answer) => [answer.status, answer.body["code"] ?? null];

test("a batch is stored as the exact JSON of its inputs, with its sha256, before it is acknowledged", async () => {
  const { applicant, grant, sessionId, batches } = await playing();
  const inputs = batches[0] ?? [];
  expect(await applicant.batch({ grant, seq: 0, inputs })).toEqual({ status: 200, body: { acknowledged: 0 } });
  const body = JSON.stringify(inputs);
  const body_hash = createHash("sha256").update(body).digest("hex");
  expect(await stored(sessionId)).toEqual([{ seq: 0, body, body_hash }]);
});

test("the same batch again is acknowledged again and stored once, also twenty times at once", async () => {
  const { applicant, grant, sessionId, batches } = await playing();
  const inputs = batches[0] ?? [];
  const answers = await Promise.all(Array.from({ length: 20 }, () => applicant.batch({ grant, seq: 0, inputs })));
  expect(answers).toEqual(answers.map(() => ({ status: 200, body: { acknowledged: 0 } })));
  expect(await stored(sessionId)).toHaveLength(1);
  expect(await conflicts(sessionId)).toEqual([]);
});

test("the same number with other content is refused and kept aside; the stored one stands", async () => {
  const { applicant, grant, sessionId, batches } = await playing();
  const first = batches[0] ?? [];
  await applicant.batch({ grant, seq: 0, inputs: first });
  const other = first.map((input) => ({ ...input, at: input.at + 1 }));
  expect(codeOf(await applicant.batch({ grant, seq: 0, inputs: other }))).toEqual([409, "batch_conflict"]);
  expect((await stored(sessionId)).map(({ body }) => body)).toEqual([JSON.stringify(first)]);
  expect((await conflicts(sessionId)).map(({ body }) => body)).toEqual([JSON.stringify(other)]);
});

test("a batch that runs ahead names the number that is expected", async () => {
  const { applicant, grant, batches } = await playing();
  await applicant.batch({ grant, seq: 0, inputs: batches[0] ?? [] });
  const answer = await applicant.batch({ grant, seq: 2, inputs: batches[2] ?? [] });
  expect([...codeOf(answer), answer.body["expected_seq"]]).toEqual([409, "batch_gap", 1]);
  const done = await applicant.taskDone(1);
  expect([...codeOf(done), done.body["expected_seq"]]).toEqual([409, "batch_gap", 1]);
});

test("an attempt that was not granted, or is done, takes no batch", async () => {
  const { applicant, grant, batches } = await playing();
  const inputs = batches[0] ?? [];
  expect(codeOf(await applicant.batch({ grant: { ...grant, attempt: 2 }, seq: 0, inputs }))).toEqual([
    409,
    "attempt_unknown",
  ]);
  const lastSeq = await applicant.playTask();
  await applicant.taskDone(lastSeq);
  expect(codeOf(await applicant.batch({ grant, seq: lastSeq + 1, inputs }))).toEqual([409, "attempt_unknown"]);
});

test("a page that was taken over is told so, and what it had stored is still acknowledged", async () => {
  const { applicant, grant, batches } = await playing();
  await applicant.batch({ grant, seq: 0, inputs: batches[0] ?? [] });
  const old = applicant.position;
  await applicant.open("another-tab-1");
  const send = (seq: number) =>
    applicant.post("batches", { ...old, task_index: 0, attempt: 1, seq, inputs: batches[seq] ?? [] });
  expect(await send(0)).toEqual({ status: 200, body: { acknowledged: 0 } });
  expect(codeOf(await send(1))).toEqual([409, "taken_over"]);
  for (const [call, body] of [
    ["task-done", { task_index: 0, attempt: 1, last_seq: 0 }],
    ["finish", { tasks: [] }],
    ["stop", {}],
    ["note", { kind: "hidden", task_index: 0, duration_ms: 5 }],
  ] as const) {
    expect([call, ...codeOf(await applicant.post(call, { ...old, ...body }))]).toEqual([call, 409, "taken_over"]);
  }
});

// The phone's queue may repeat and overtake itself in any way; it sends a batch until it is acknowledged.
test("any order and any repetition of batches leaves the same stored inputs", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 5 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      async (order, width) => {
        const { applicant, grant, sessionId } = await playing();
        const batches = chunks(inputsOf(grant).slice(0, 30), 5);
        for (const group of chunks([...order, 0, 1, 2, 3, 4, 5], width)) {
          const sent = group.map((seq) => applicant.batch({ grant, seq, inputs: batches[seq] ?? [] }));
          for (const answer of await Promise.all(sent)) expect([200, 409]).toContain(answer.status);
        }
        for (const [seq, inputs] of batches.entries()) {
          expect((await applicant.batch({ grant, seq, inputs })).status).toBe(200);
        }
        expect((await stored(sessionId)).map(({ body }) => body)).toEqual(
          batches.map((batch) => JSON.stringify(batch)),
        );
        expect(await conflicts(sessionId)).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
});

test("two sessions in two tabs of one browser never mix", async () => {
  const [one, two] = [await lender.session(), await lender.session()];
  const browser = new Applicant(app);
  await browser.follow(`/a/${one.code}`);
  await browser.follow(`/a/${two.code}`);
  const first = Object.assign(new Applicant(app), { sessionId: one.sessionId, cookies: browser.cookies });
  const second = Object.assign(new Applicant(app), { sessionId: two.sessionId, cookies: browser.cookies });
  await Promise.all([first.open(), second.open()]);
  await Promise.all([first.consent(), second.consent()]);
  await Promise.all([first.playTask(), second.playTask()]);
  expect(first.grant().seed).not.toBe(second.grant().seed);
  const [a, b] = [await stored(one.sessionId), await stored(two.sessionId)];
  expect(a.map(({ body }) => body).join("")).toBe(
    chunks(inputsOf(first.grant()), 30)
      .map((x) => JSON.stringify(x))
      .join(""),
  );
  expect(b.map(({ body }) => body).join("")).toBe(
    chunks(inputsOf(second.grant()), 30)
      .map((x) => JSON.stringify(x))
      .join(""),
  );
});

test("a call whose credential belongs to another journey is refused, as is one without a credential", async () => {
  const { applicant } = await playing();
  const other = await lender.session();
  const open = { tab: "tab-0123456789", device: {} };
  expect(codeOf(await applicant.post("open", open, { sessionId: other.sessionId }))).toEqual([409, "journey_mismatch"]);
  const headers = { "tallystick-journey": applicant.journeyToken };
  expect(codeOf(await new Applicant(app).post("open", open, { sessionId: other.sessionId, headers }))).toEqual([
    409,
    "journey_mismatch",
  ]);
  expect(codeOf(await new Applicant(app).post("open", open, { sessionId: other.sessionId }))).toEqual([
    404,
    "journey_unknown",
  ]);
  const forged = { "tallystick-journey": `${applicant.journeyToken.slice(0, -2)}xx` };
  expect(codeOf(await applicant.post("open", open, { headers: forged }))).toEqual([404, "journey_unknown"]);
});

test("a cookie counts only on our own pages; the header does anywhere, for no other site can send it", async () => {
  const { applicant } = await playing();
  const foreign = { origin: "https://evil.example" };
  expect(codeOf(await applicant.post("stop", applicant.position, { headers: foreign }))).toEqual([
    409,
    "journey_mismatch",
  ]);
  const note = { ...applicant.position, kind: "hidden", task_index: 0, duration_ms: 5 };
  const own = { origin: store.deps.config.publicUrl };
  expect((await applicant.post("note", note, { headers: own })).status).toBe(204);
  const header = { ...foreign, "tallystick-journey": applicant.journeyToken };
  expect((await applicant.post("note", note, { headers: header })).status).toBe(204);
});

test("a body that any site may post without asking is not read", async () => {
  const { applicant } = await playing();
  const headers = { "content-type": "text/plain" };
  expect(codeOf(await applicant.post("stop", applicant.position, { headers }))).toEqual([
    415,
    "unsupported_media_type",
  ]);
});
