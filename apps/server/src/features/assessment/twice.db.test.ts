import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, createLender, inputsOf, startPlaying, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

/** What the network brings twice, or late, counts once. */

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

interface Fact {
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function factsOf(sessionId: string): Promise<readonly Fact[]> {
  return store.deps.db.query<Fact>(
    "SELECT kind, details FROM session_facts WHERE company_id = $1 AND session_id = $2 ORDER BY at, fact_id",
    [lender.companyId, sessionId],
  );
}

const kindsOf = async (sessionId: string) => (await factsOf(sessionId)).map(({ kind }) => kind);

const sendSome = (applicant: Applicant) =>
  applicant.batch({ grant: applicant.grant(), seq: 0, inputs: inputsOf(applicant.grant()).slice(0, 5) });

test("an opening that arrives twice is one: same epoch, same grants, one fact, and the page plays on", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  const first = await applicant.open("tab-0123456789", "opening-one");
  await sendSome(applicant);
  const again = await applicant.open("tab-0123456789", "opening-one");
  expect(again).toEqual(first);
  expect(await kindsOf(sessionId)).toEqual(["opened", "resumed"]);
  const inputs = inputsOf(applicant.grant()).slice(5, 10);
  expect((await applicant.batch({ grant: applicant.grant(), seq: 1, inputs })).status).toBe(200);
});

test("ten copies of one opening at once are one opening", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  const answers = await Promise.all(Array.from({ length: 10 }, () => applicant.open("tab-0123456789", "opening-ten")));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await kindsOf(sessionId)).toEqual(["opened", "resumed"]);
});

test("a late copy of an older opening takes nothing over from the page that came after it", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  await applicant.open("tab-0123456789", "opening-old");
  const second = Object.assign(new Applicant(app), { sessionId, cookies: applicant.cookies });
  await second.open("another-tab-1", "opening-new");
  const late = await applicant.open("tab-0123456789", "opening-old");
  expect([late.status, late.body["code"]]).toEqual([409, "taken_over"]);
  expect((await sendSome(second)).status).toBe(200);
  expect(await kindsOf(sessionId)).toEqual(["opened", "resumed", "taken_over"]);
});

test("a note that arrives twice is stored once, and another one of the same kind beside it", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  const hidden = { ...applicant.position, kind: "hidden", task_index: 0, duration_ms: 900 };
  for (const n of [0, 0, 1, 0]) expect((await applicant.post("note", { ...hidden, n })).status).toBe(204);
  const noted = (await factsOf(sessionId)).filter(({ kind }) => kind === "hidden");
  expect(noted.map(({ details }) => details["n"])).toEqual([0, 1]);
});

test("lost focus, another size, another connection and a pause are kept with what the dictionary says of them", async () => {
  const { applicant, sessionId } = await startPlaying(app, lender);
  const note = { ...applicant.position, task_index: 0, duration_ms: 0 };
  for (const more of [
    { kind: "blurred", duration_ms: 800 },
    { kind: "resized", viewport: [844, 390] },
    { kind: "network", connection: "cellular" },
    { kind: "stopped_for_now" },
  ]) {
    expect((await applicant.post("note", { ...note, ...more })).status).toBe(204);
  }
  const told = (await factsOf(sessionId)).slice(1).map(({ kind, details }) => ({ kind, ...details }));
  const { epoch } = applicant.position;
  expect(told).toEqual([
    { kind: "blurred", epoch, task_index: 0, duration_ms: 800 },
    { kind: "resized", epoch, task_index: 0, duration_ms: 0, viewport: [844, 390] },
    { kind: "network", epoch, task_index: 0, duration_ms: 0, connection: "cellular" },
    { kind: "stopped_for_now", epoch, task_index: 0, duration_ms: 0 },
  ]);
});

test("a note tells nothing that the dictionary does not have", async () => {
  const { applicant } = await startPlaying(app, lender);
  const note = { ...applicant.position, kind: "network", task_index: 0, duration_ms: 0 };
  for (const more of [{ connection: "MyHome-5G" }, { ssid: "MyHome" }, { kind: "location" }]) {
    const answer = await applicant.post("note", { ...note, ...more });
    expect([answer.status, answer.body["code"]]).toEqual([422, "body_invalid"]);
  }
});
