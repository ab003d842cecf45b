import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant, inputsOf, moveExpiry } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { archiveDeployment, environmentById } from "../deployments/service.ts";
import { expireDue } from "./expiry.ts";
import { findSession } from "./lifecycle.ts";
import { reopenSession, viewOf } from "./service.ts";
import { managedSessions } from "./testing/managed.ts";
import { usedUidRefusal } from "./refusals.ts";

/** Rows of the table of states that need more than one feature, or a moment that is hard to meet. */

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, setState, manage, begin, stopped, events, place } = managedSessions(() => lender);

async function link(act: "revoke" | "reissue", sessionId: string) {
  const answer = await lender.app.inject({
    method: "POST",
    url: `/v1/links-management/links/${sessionId}/${act}`,
    headers: { "content-type": "application/json", "api-key": lender.deployment.test.apiKey },
    payload: "{}",
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

/** The first batch is stored; `next` is what the page still holds. */
async function playing(uid: string) {
  const begun = await begin(uid);
  const applicant = new Applicant(lender.app);
  await applicant.follow(`/a/${begun.code}`);
  await applicant.open();
  await applicant.consent();
  const grant = applicant.grant();
  const inputs = inputsOf(grant);
  await applicant.batch({ grant, seq: 0, inputs: inputs.slice(0, 2) });
  const moveBy = (seconds: number) => moveExpiry(lender.deps, place(), { sessionId: begun.session_id, seconds });
  return { ...begun, applicant, moveBy, send: () => applicant.batch({ grant, seq: 1, inputs: inputs.slice(2, 4) }) };
}

describe("the ten minutes after the end of a journey in progress", () => {
  test.each([
    ["cancel", (uid: string, _id: string) => manage("cancel", { uid }), "CANCELLED_BY_LENDER"],
    ["revoke", (_uid: string, id: string) => link("revoke", id), "LINK_REVOKED"],
  ] as const)("%s ends it at once, and the page's next batch hears so", async (name, act, reason) => {
    const uid = `GRACE-${name}`;
    const { session_id, applicant, moveBy, send } = await playing(uid);
    await moveBy(-1);
    expect((await act(uid, session_id)).status).toBe(200);
    expect(await events(session_id)).toEqual(["1 application.cancelled"]);
    expect((await manage("status", { uid })).body).toMatchObject({ state: "cancelled", reasons: [reason] });
    expect(await send()).toMatchObject({ status: 409, body: { code: "journey_ended", state: "cancelled" } });
    expect((await applicant.get(`/play/${session_id}`)).location).toBe(`/play/${session_id}/end`);
  });

  test.each(["cancel", "revoke"] as const)("once they are over, %s is refused: it has expired", async (name) => {
    const uid = `PAST-${name}`;
    const { session_id, moveBy } = await playing(uid);
    await moveBy(-601);
    const refused = name === "cancel" ? await manage("cancel", { uid }) : await link("revoke", session_id);
    expect(refused).toMatchObject({ status: 409, body: { state: "expired" } });
    await expireDue(lender.deps, lender.deployment.companyId, 100);
    expect(await events(session_id)).toEqual(["1 application.expired"]);
  });

  test("neither a re-opening nor a re-issue takes them away from what was played", async () => {
    const { session_id, moveBy, send } = await playing("GRACE-again");
    await moveBy(-1);
    expect(await link("reissue", session_id)).toMatchObject({ status: 409, body: { code: "session_not_reopenable" } });
    expect((await manage("reopen", { uid: "GRACE-again" })).status).toBe(409);
    expect((await send()).status).toBe(200);
    expect(await events(session_id)).toEqual([]);
  });

  test("the sweep leaves them to the journey", async () => {
    const { session_id, moveBy, send } = await playing("GRACE-sweep");
    await moveBy(-598);
    await expireDue(lender.deps, lender.deployment.companyId, 100);
    expect((await send()).status).toBe(200);
    await moveBy(-600);
    await expireDue(lender.deps, lender.deployment.companyId, 100);
    expect(await events(session_id)).toEqual(["1 application.expired"]);
  });
});

describe("a link that waits for its opening", () => {
  test("and is opened after its last day expires instead; its page says so and its time never starts", async () => {
    const { session_id, code } = await begin("LNK-LATE-0001");
    await setState("LNK-LATE-0001", "batch_id = 'bat_1', clock = 'at_opening'");
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${code}`);
    await moveExpiry(lender.deps, place(), { sessionId: session_id, seconds: -1 });
    expect(await applicant.open()).toMatchObject({ status: 409, body: { code: "journey_ended", state: "expired" } });
    const late = new Applicant(lender.app);
    expect((await late.follow(`/a/${code}`)).status).toBe(303);
    expect((await late.get(`/play/${session_id}`)).location).toBe(`/play/${session_id}/end`);
    expect((await create("LNK-LATE-0001")).json()).toMatchObject({ code: "uid_expired", can_reopen: true });
    await expireDue(lender.deps, lender.deployment.companyId, 100);
    const [event] = await lender.deps.db.query<{ body: string }>("SELECT body FROM events WHERE session_id = $1", [
      session_id,
    ]);
    const { clock, expires_at } = (await manage("status", { uid: "LNK-LATE-0001" })).body;
    expect(clock).toBe("at_opening");
    expect(JSON.parse(event?.body ?? "{}")).toMatchObject({
      event: {
        type: "application.expired",
        details: { application_started_at: null, application_expired_at: expires_at },
      },
    });
  });

  test("asked for by POST tokens keeps its end, and the token opens it and starts its time", async () => {
    const { session_id, expires_at } = await begin("LNK-TOKEN-0001");
    await setState(
      "LNK-TOKEN-0001",
      "batch_id = 'bat_1', clock = 'at_opening', expires_at = expires_at + interval '9 days'",
    );
    const first = (await create("LNK-TOKEN-0001")).json<{ access_token: string; expires_at: number }>();
    const second = (await create("LNK-TOKEN-0001")).json<{ expires_at: number }>();
    expect([first.expires_at, second.expires_at]).toEqual(Array.from({ length: 2 }, () => expires_at + 9 * 86_400));
    expect((await manage("status", { session_id })).body.clock).toBe("at_opening");
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/psychometrics/${first.access_token}`);
    expect((await applicant.open()).status).toBe(200);
    const started = (await manage("status", { session_id })).body;
    expect(started.clock).toBe("running");
    expect(Math.abs(started.expires_at - Date.now() / 1000 - 86_400)).toBeLessThan(30);
  });

  test("revoked and issued again is another run under another code, which may be revoked once more", async () => {
    const { session_id, code, access_token } = await begin("LNK-TWICE-0001");
    await setState("LNK-TWICE-0001", "batch_id = 'bat_1', clock = 'at_opening'");
    expect((await link("revoke", session_id)).status).toBe(200);
    const again = await link("reissue", session_id);
    expect(again).toMatchObject({ status: 200, body: { run: 2, status: "created" } });
    for (const path of [`/a/${code}`, `/${access_token}`, `/psychometrics/${access_token}`]) {
      expect((await new Applicant(lender.app).get(path)).status).toBe(409);
    }
    const fresh = new Applicant(lender.app);
    expect((await fresh.follow(new URL(String(again.body["link"])).pathname)).status).toBe(303);
    expect((await link("revoke", session_id)).status).toBe(200);
    expect(await events(session_id)).toEqual(["1 application.cancelled", "2 application.cancelled"]);
    expect((await fresh.open()).body).toMatchObject({ code: "journey_ended", state: "cancelled" });
  });
});

test("a re-opened link that nobody opens expires with an unknown start, though its earlier run had one", async () => {
  const { begun } = await stopped("UNSEEN-0001");
  await manage("reopen", { uid: "UNSEEN-0001" });
  await moveExpiry(lender.deps, place(), { sessionId: begun.session_id, seconds: -1 });
  await expireDue(lender.deps, lender.deployment.companyId, 100);
  const bodies = await lender.deps.db.query<{ body: string }>(
    "SELECT body FROM events WHERE session_id = $1 ORDER BY event_id",
    [begun.session_id],
  );
  const started = bodies.map(({ body }) => JSON.parse(body).event.details.application_started_at);
  expect(started).toEqual([expect.any(Number), null]);
});

describe("in an archived deployment", () => {
  test("a used uid is told the way out that there is: no re-opening, and no other uid", async () => {
    const { companyId, deploymentId, test: side } = await newDeployment(lender, { company: "Archives", name: "Old" });
    const { environmentId, integrationId, apiKey } = side;
    const body = { uid: "OLD-000001", integration_id: integrationId };
    const begun = (await postTokens(lender.app, body, { headers: { "api-key": apiKey } })).json<{
      session_id: string;
    }>();
    await manage("cancel", { uid: body.uid }, apiKey);
    await archiveDeployment(lender.deps, { companyId, deploymentId, actor: SYSTEM });
    const environment = { ...(await environmentById(lender.deps, companyId, environmentId)), archived: true };
    const session = {
      session_id: begun.session_id,
      state: "cancelled",
      run: 1,
      link_code: "x",
      clock: "running",
      outcome: null,
      ended_at: 1_795_000_000,
      expires_at: 1_795_000_000,
      is_over: false,
      is_past_grace: false,
    } as const;
    const refusal = await usedUidRefusal(lender.deps, { environment, uid: body.uid, session });
    expect(refusal).toMatchObject({ code: "uid_already_used", extra: { can_reopen: false, suggested_uid: null } });
    expect(refusal.message).toContain("archived");
    expect(refusal.message).not.toContain("Re-open it");
    const options = { environment, name: { uid: body.uid }, actor: SYSTEM };
    await expect(reopenSession(lender.deps, options)).rejects.toMatchObject({ code: "deployment_archived" });
  });

  test("a session does not offer a re-opening that would be refused", async () => {
    const { companyId, deploymentId, test: side } = await newDeployment(lender, { company: "Attic", name: "Old" });
    const body = { uid: "OLD-000002", integration_id: side.integrationId };
    const { session_id: sessionId } = (
      await postTokens(lender.app, body, { headers: { "api-key": side.apiKey } })
    ).json<{ session_id: string }>();
    await lender.deps.db.query(
      "UPDATE sessions SET state = 'cancelled', ended_at = now() WHERE company_id = $1 AND session_id = $2",
      [companyId, sessionId],
    );
    await archiveDeployment(lender.deps, { companyId, deploymentId, actor: SYSTEM });
    const session = await findSession(lender.deps, { companyId, sessionId });
    expect(await viewOf(lender.deps, session!)).toMatchObject({ state: "cancelled", can_reopen: false });
  });
});
