import type { Playback } from "@tallystick/contract";
import { digestTrials, findTask, replay } from "@tallystick/tasks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { Applicant, inputsOf } from "../../testing/journey.ts";
import { newDeployment, sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { requestErasure, sweepCompany } from "../retention/service.ts";

let lender: TestLender;
let owner: Database;
let viewer: TestPerson;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
  viewer = await signedInMember(lender.deps, { companyId: companyId(), role: "viewer" });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});

const { create } = sessionCalls(() => lender);
const companyId = () => lender.deployment.companyId;
const environmentId = () => lender.deployment.test.environmentId;

async function begin(uid: string): Promise<Applicant> {
  const { link } = (await create(uid)).json() as { link: string };
  const applicant = new Applicant(lender.app);
  await applicant.follow(new URL(link).pathname);
  await applicant.open();
  await applicant.consent();
  return applicant;
}

/** A scored journey, played by an honest page. */
async function finished(uid: string): Promise<Applicant> {
  const { link } = (await create(uid)).json() as { link: string };
  const applicant = new Applicant(lender.app);
  await applicant.playAll(new URL(link).pathname);
  expect((await applicant.finish()).status).toBe(200);
  return applicant;
}

interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly person?: TestPerson;
  readonly company?: string;
  readonly environment?: string;
}

async function ask(sessionId: string, asked: Asked = {}) {
  const { company = companyId(), environment = environmentId(), person = viewer } = asked;
  const query = new URLSearchParams(asked.query).toString();
  const answer = await lender.app.inject({
    method: "GET",
    url: `/beacon/api/companies/${company}/environments/${environment}/sessions/${sessionId}/playback?${query}`,
    headers: person.headers,
  });
  return { status: answer.statusCode, body: answer.json<Playback & { code?: string; reason?: string }>() };
}

function refusal({ status, body }: Awaited<ReturnType<typeof ask>>) {
  return [status, body.code, ...(body.reason === undefined ? [] : [body.reason])];
}

/** Every seed the session has, as the database knows them. */
async function seedsOf(sessionId: string): Promise<readonly string[]> {
  const rows = await owner.query<{ readonly seed: string }>("SELECT seed FROM task_attempts WHERE session_id = $1", [
    sessionId,
  ]);
  return rows.map(({ seed }) => seed);
}

describe("the playback of an ended session", () => {
  test("leads the machines of every task to the trials that the page saw, for a viewer", async () => {
    const { sessionId } = await finished("PLAY-DONE-1");
    const { status, body } = await ask(sessionId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ session_id: sessionId, run: 1, runs: 1, language: "en", direction: "ltr" });
    expect(body.device_class).toBe("phone");
    expect(body.tasks.length).toBeGreaterThan(1);
    for (const { task, version, parameters, attempts } of body.tasks) {
      const definition = findTask(task, version);
      const [attempt] = attempts;
      if (definition === null || attempt === undefined) throw new Error(`${task} was not played`);
      const inputs = attempt.inputs.map(({ input }) => input);
      const again = replay(definition, { seed: attempt.seed, parameters, inputs });
      expect(again.complete, task).toBe(true);
      expect(attempt, task).toMatchObject({ attempt: 1, state: "done", scored: true, complete: true, as_shown: true });
      const [row] = await owner.query<{ digest: string }>(
        "SELECT shown_digest AS digest FROM task_attempts WHERE session_id = $1 AND task_key = $2",
        [sessionId, task],
      );
      expect(digestTrials(again.trials), task).toBe(row?.digest);
    }
  });

  test("marks what the task took no notice of, and keeps attempts that were interrupted", async () => {
    const applicant = await begin("PLAY-AGAIN-1");
    const first = applicant.grant();
    const [start, ...rest] = inputsOf(first);
    if (start === undefined) throw new Error("nothing was played");
    // The same number once more, as of a page that lost count.
    const again = { ...start, at: start.at + 5 };
    await applicant.batch({ grant: first, seq: 0, inputs: [start, again, ...rest.slice(0, 2)] });
    await applicant.open("tab-another-0001");
    await applicant.playTask();
    await applicant.post("stop", applicant.position);
    const { body } = await ask(applicant.sessionId, { query: { task: first.task } });
    expect(body.tasks.map(({ task }) => task)).toEqual([first.task]);
    const [interrupted, second, ...more] = body.tasks[0]?.attempts ?? [];
    expect(more).toEqual([]);
    expect(interrupted).toMatchObject({ attempt: 1, state: "interrupted", scored: false, complete: false });
    expect(interrupted?.inputs.map(({ refused }) => refused)).toEqual([null, "out_of_order", null, null]);
    expect(interrupted?.inputs[1]?.input).toEqual(again);
    expect(second).toMatchObject({ attempt: 2, scored: true, complete: true, as_shown: null });
    expect(second?.seed).not.toBe(interrupted?.seed);
  });

  test("is in the audit log as a reading of inputs, without the uid", async () => {
    const { sessionId } = await finished("PLAY-AUDIT-1");
    await ask(sessionId, { query: { task: "quick_taps" } });
    const rows = await owner.query(
      "SELECT actor, action, details FROM audit_entries WHERE target_id = $1 AND action = 'inputs.read'",
      [sessionId],
    );
    const entry = { actor: `user:${viewer.userId}`, action: "inputs.read", details: { run: 1, task: "quick_taps" } };
    expect(rows).toEqual([entry]);
  });

  test("of a run or a task it has not is refused by name", async () => {
    const { sessionId } = await finished("PLAY-QUERY-1");
    for (const query of [{ run: "2" }, { run: "0" }, { run: "x" }, { task: "chess" }, { seed: "1" }]) {
      expect(refusal(await ask(sessionId, { query })), JSON.stringify(query)).toEqual([422, "query_invalid"]);
    }
  });
});

describe("seeds stay secret", () => {
  test("while the journey runs, also past its time until the last batch may come", async () => {
    const applicant = await begin("PLAY-RUNS-1");
    const { sessionId } = applicant;
    await applicant.playTask();
    const seeds = await seedsOf(sessionId);
    expect(seeds.length).toBeGreaterThan(0);
    const running = await ask(sessionId);
    expect(refusal(running)).toEqual([409, "session_running"]);
    await owner.query("UPDATE sessions SET expires_at = now() - interval '1 minute' WHERE session_id = $1", [
      sessionId,
    ]);
    const inGrace = await ask(sessionId);
    expect(refusal(inGrace)).toEqual([409, "session_running"]);
    for (const seed of seeds) expect(JSON.stringify([running, inGrace])).not.toContain(seed);
    await owner.query("UPDATE sessions SET expires_at = now() - interval '1 hour' WHERE session_id = $1", [sessionId]);
    expect((await ask(sessionId)).status).toBe(200);
  });

  test("from another company, another environment and another session's address", async () => {
    const { sessionId } = await finished("PLAY-FOREIGN-1");
    const other = await newDeployment(lender, { company: "Other", name: "Theirs" });
    const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
    expect(refusal(await ask(sessionId, { person: stranger }))).toEqual([404, "not_found"]);
    const theirs = { person: stranger, company: other.companyId, environment: other.test.environmentId };
    expect(refusal(await ask(sessionId, theirs))).toEqual([404, "session_unknown"]);
    const { environmentId: production } = lender.deployment.production;
    expect(refusal(await ask(sessionId, { environment: production }))).toEqual([404, "session_unknown"]);
  });
});

describe("what is no longer there", () => {
  test("is said to be: retention took it", async () => {
    const { sessionId } = await finished("PLAY-SWEPT-1");
    const deployment = { companyId: companyId(), deploymentId: lender.deployment.deploymentId };
    const settings = { retention: { inputs_days: 1 } };
    await setEnvironment(lender.deps, { ...deployment, kind: "test", settings, actor: SYSTEM });
    await owner.query("UPDATE sessions SET ended_at = now() - interval '3 days' WHERE session_id = $1", [sessionId]);
    expect((await ask(sessionId)).status).toBe(200);
    await sweepCompany(lender.deps, companyId());
    expect(refusal(await ask(sessionId))).toEqual([410, "inputs_removed", "retention"]);
  });

  test("is said to be: the person was erased", async () => {
    const { sessionId } = await finished("PLAY-ERASED-1");
    await requestErasure(lender.deps, {
      companyId: companyId(),
      environmentId: environmentId(),
      name: { sessionId },
      actor: SYSTEM,
    });
    expect(refusal(await ask(sessionId))).toEqual([410, "inputs_removed", "erasure"]);
  });

  test("is not confused with a journey in which nothing was played", async () => {
    const applicant = await begin("PLAY-NOTHING-1");
    await applicant.post("stop", applicant.position);
    const { status, body } = await ask(applicant.sessionId);
    expect(status).toBe(200);
    expect(body.tasks.flatMap(({ attempts }) => attempts.flatMap(({ inputs }) => inputs))).toEqual([]);
  });
});
