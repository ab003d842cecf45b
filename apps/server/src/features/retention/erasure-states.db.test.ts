import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant, inputsOf, moveExpiry, type Lender } from "../../testing/journey.ts";
import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { playNext } from "../sandbox/service.ts";
import { managedSessions } from "../sessions/testing/managed.ts";
import { eraseDue } from "./erasure-job.ts";
import { requestErasure } from "./service.ts";
import { tablesThatHold } from "./testing/whole-database.ts";

/** Erasing from every state a session can be in: what is announced, what its page hears, and what is left. */

let lender: TestLender;
let owner: Database;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});

const { create } = sessionCalls(() => lender);
const { manage, begin, stopped, events } = managedSessions(() => lender);
const companyId = () => lender.deployment.companyId;
const environmentId = () => lender.deployment.test.environmentId;

const erase = (uid: string) =>
  requestErasure(lender.deps, {
    companyId: companyId(),
    environmentId: environmentId(),
    name: { uid },
    actor: SYSTEM,
  });

async function runJob(): Promise<void> {
  for (let step = 0; step < 3; step++) {
    await owner.query("UPDATE erasures SET not_before = now() WHERE company_id = $1::text", [companyId()]);
    await eraseDue(lender.deps, companyId());
  }
}

async function playing(uid: string) {
  const begun = await begin(uid);
  const applicant = new Applicant(lender.app);
  await applicant.follow(`/a/${begun.code}`);
  await applicant.open();
  await applicant.consent();
  const grant = applicant.grant();
  const inputs = inputsOf(grant);
  expect((await applicant.batch({ grant, seq: 0, inputs: inputs.slice(0, 2) })).status).toBe(200);
  return { ...begun, applicant, grant, next: inputs.slice(2, 4) };
}

describe("a journey in progress", () => {
  test("answers the page's next batch, a repeated one and its end with: no journey belongs to this link", async () => {
    const { applicant, grant, next, session_id } = await playing("PLAYS-0001");
    await erase("PLAYS-0001");
    const answers = [
      await applicant.batch({ grant, seq: 1, inputs: next }),
      await applicant.batch({ grant, seq: 0, inputs: inputsOf(grant).slice(0, 2) }),
      await applicant.post("stop", applicant.position),
      await applicant.finish(),
      await applicant.open(),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: "journey_unknown" } });
    expect((await applicant.get(`/play/${session_id}`)).status).toBe(404);
    expect(await events(session_id)).toEqual(["1 application.cancelled"]);
    await runJob();
    expect(await tablesThatHold(owner, "PLAYS-0001")).toEqual([]);
    const left = await owner.query("SELECT 1 FROM input_batches WHERE session_id = $1", [session_id]);
    expect(left).toEqual([]);
  });

  test("past its time is cancelled while what was played may still arrive, and has expired from then on", async () => {
    const place = { companyId: companyId() } as Lender;
    for (const [uid, seconds, event] of [
      ["GRACE-0001", -1, "1 application.cancelled"],
      ["GRACE-0002", -601, "1 application.expired"],
    ] as const) {
      const { session_id } = await playing(uid);
      await moveExpiry(lender.deps, place, { sessionId: session_id, seconds });
      await erase(uid);
      expect(await events(session_id)).toEqual([event]);
      expect((await create(uid)).json()).toMatchObject({ code: "uid_already_used", state: "erased" });
    }
  });
});

describe("a re-opened journey", () => {
  test("goes with everything of its earlier runs, and every one of its links is unknown from then on", async () => {
    const { begun, applicant } = await stopped("RUNS-00001");
    await manage("reopen", { uid: "RUNS-00001" });
    const again = (await create("RUNS-00001")).json<{ access_token: string }>();
    await erase("RUNS-00001");
    expect(await events(begun.session_id)).toEqual(["1 application.incomplete", "2 application.cancelled"]);
    const paths = [`/a/${begun.code}`, `/${begun.access_token}`, `/psychometrics/${again.access_token}`];
    for (const path of paths) expect((await new Applicant(lender.app).get(path)).status).toBe(404);
    expect((await applicant.get(`/play/${begun.session_id}`)).status).toBe(404);
    await runJob();
    expect(await tablesThatHold(owner, "RUNS-00001")).toEqual([]);
    const left = await owner.query("SELECT run FROM input_batches WHERE session_id = $1", [begun.session_id]);
    expect(left).toEqual([]);
  });

  test("is not told from one that never was: 404 by uid, and the refusal of its uid names no session", async () => {
    await stopped("RUNS-00002");
    await erase("RUNS-00002");
    const before = (await create("RUNS-00002")).json();
    expect((await manage("reopen", { uid: "RUNS-00002" })).status).toBe(404);
    await runJob();
    const after = (await create("RUNS-00002")).json();
    for (const body of [before, after]) {
      expect(body).toMatchObject({ code: "uid_already_used", state: "erased", can_reopen: false });
      expect(body).not.toHaveProperty("session_id");
    }
  });
});

test("deliveries that wait or are held are buried, and nothing of them can be sent any more", async () => {
  const { deploymentId } = lender.deployment;
  const options = { companyId: companyId(), deploymentId, kind: "test", actor: SYSTEM } as const;
  await setEnvironment(lender.deps, { ...options, webhookUrl: "http://127.0.0.1:9/hook" });
  const { begun } = await stopped("HELD-00001");
  await manage("reopen", { uid: "HELD-00001" });
  await owner.query(
    `UPDATE deliveries SET state = 'held'
      WHERE event_id IN (SELECT event_id FROM events WHERE session_id = $1)`,
    [begun.session_id],
  );
  await erase("HELD-00001");
  const states = () =>
    owner.query<{ event: string }>(
      `SELECT e.type || ' ' || d.state || ' ' || (e.body IS NULL) AS event
         FROM deliveries d JOIN events e ON e.event_id = d.event_id WHERE e.session_id = $1 ORDER BY e.event_id`,
      [begun.session_id],
    );
  expect((await states()).map(({ event }) => event)).toEqual([
    "application.incomplete held false",
    "application.cancelled pending false",
  ]);
  await runJob();
  expect((await states()).map(({ event }) => event)).toEqual([
    "application.incomplete dead true",
    "application.cancelled dead true",
  ]);
  await setEnvironment(lender.deps, { ...options, webhookUrl: null });
});

test("a simulated applicant that is erased while it plays is played to its end or not at all, and leaves nothing", async () => {
  for (const [round, uid] of ["SIM-LOWRISK-ERASE1", "SIM-CANCEL-ERASE-2", "SIM-EXPIRE-ERASE-3"].entries()) {
    const { session_id } = await begin(uid);
    const acts = [() => playNext(lender.deps, companyId()), () => erase(uid)];
    await Promise.all((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
    const [row] = await owner.query<{ state: string }>("SELECT state FROM sessions WHERE session_id = $1", [
      session_id,
    ]);
    expect(row?.state).toBe("erased");
    const ends = (await events(session_id)).filter((event) => event !== "1 psychometric_score.complete");
    expect(ends).toHaveLength(1);
    await runJob();
    expect(await tablesThatHold(owner, uid)).toEqual([]);
    expect((await create(uid)).json()).toMatchObject({ code: "uid_already_used", state: "erased" });
    expect(await playNext(lender.deps, companyId())).toBe(false);
  }
});
