import { createSessionResponseSchema } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../audit/service.ts";
import {
  createNeighbours,
  newDeployment,
  postTokens,
  sessionCalls,
  testLender,
  UNLIMITED,
  type TestLender,
} from "../../testing/lender.ts";
import { setEnvironment, type CreatedDeployment } from "../deployments/service.ts";
import { verifyAccessToken } from "./tokens.ts";

let lender: TestLender;
let other: CreatedDeployment;
let sibling: CreatedDeployment;

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  ({ other, sibling } = await createNeighbours(lender));
});

afterAll(() => lender.close());

const { create, setState } = sessionCalls(() => lender);

describe("a new session", () => {
  test("answers token, url, link and end, and the row says the same", async () => {
    const answer = await create("APP-1001", { metadata: { branch: "12" }, stakes: "low", language: "en-GB" });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const body = createSessionResponseSchema.strict().parse(answer.json());
    expect(body).toMatchObject({ url: `${lender.deps.config.publicUrl}/psychometrics`, warnings: [] });
    expect(body.link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/a\/[0-9a-z]{12}$/);
    const [row] = await lender.deps.db.query<Record<string, unknown>>(
      `SELECT s.*, extract(epoch FROM expires_at)::float8 AS exp, l.code
         FROM sessions s JOIN link_directory l ON l.session_id = s.session_id WHERE s.session_id = $1::text`,
      [body.session_id],
    );
    expect(row).toMatchObject({
      uid: "APP-1001",
      uid_canonical: "app-1001",
      state: "created",
      run: 1,
      exp: body.expires_at,
      stakes: "low",
      metadata: { branch: "12" },
      language: "en",
      simulated: false,
      battery_version: "standard-1",
      code: body.link.split("/").at(-1),
    });
    expect(row?.["task_plan"]).toEqual([
      { key: "money_choices", version: 1 },
      { key: "quick_taps", version: 1 },
      { key: "statements", version: 1 },
      { key: "cards", version: 1 },
      { key: "tower", version: 1 },
    ]);
    expect(Math.abs(body.expires_at - (Date.now() / 1000 + 24 * 3600))).toBeLessThan(30);
  });

  test("its token carries the documented claims and opens this session only", async () => {
    const body = (await create("APP-1002")).json();
    const [head, claims] = body.access_token
      .split(".")
      .map((part: string) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(head)).toEqual({ alg: "HS256", typ: "JWT", kid: expect.stringMatching(/^kid_/) });
    expect(JSON.parse(claims)).toEqual({
      uid: "APP-1002",
      company_id: lender.deployment.companyId,
      integration_id: lender.deployment.test.integrationId,
      url: body.url,
      exp: body.expires_at,
      sid: body.session_id,
      run: 1,
    });
    expect(await verifyAccessToken(lender.deps, body.access_token)).toEqual({
      companyId: lender.deployment.companyId,
      environmentId: lender.deployment.test.environmentId,
      sessionId: body.session_id,
      run: 1,
    });
  });

  test("the same uid in Test, in Production and in another deployment is another record", async () => {
    const ids = await Promise.all(
      [lender.deployment.test, lender.deployment.production, sibling.test, other.test].map(async (environment) => {
        const answer = await postTokens(
          lender.app,
          { uid: "SHARED-01", integration_id: environment.integrationId },
          { headers: { "api-key": environment.apiKey } },
        );
        expect(answer.statusCode).toBe(200);
        return answer.json().session_id as string;
      }),
    );
    expect(new Set(ids).size).toBe(4);
  });

  test("20 simultaneous requests for one uid make one session", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create("RUSH-0001")));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(answers.map((answer) => answer.json().session_id)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.json().link)).size).toBe(1);
    const [count] = await lender.deps.db.query<{ n: number; links: number }>(
      `SELECT count(*)::int AS n, (SELECT count(*)::int FROM link_directory WHERE session_id = min(s.session_id)) AS links
         FROM sessions s WHERE uid = 'RUSH-0001'`,
    );
    expect(count).toEqual({ n: 1, links: 1 });
  });

  test("battery, tasks and session time are pinned when it is created", async () => {
    const before = (await create("PIN-0001")).json();
    const { companyId, deploymentId } = sibling;
    await setEnvironment(lender.deps, {
      companyId,
      deploymentId,
      kind: "test",
      actor: SYSTEM,
      settings: { session_hours: 2, tasks_off: ["quick_taps"] },
    });
    await expect
      .poll(
        async () => {
          const uid = `PIN-${Math.random().toString(36).slice(2, 12)}`;
          const answer = await postTokens(
            lender.app,
            { uid, integration_id: sibling.test.integrationId },
            { headers: { "api-key": sibling.test.apiKey } },
          );
          const [row] = await lender.deps.db.query<{ n: number }>(
            "SELECT jsonb_array_length(task_plan) AS n FROM sessions WHERE session_id = $1::text",
            [answer.json().session_id],
          );
          return row?.n;
        },
        { timeout: 3000 },
      )
      .toBe(4);
    expect((await create("PIN-0001")).json()).toMatchObject({
      session_id: before.session_id,
      expires_at: before.expires_at,
    });
  });
});

describe("what each state answers", () => {
  test.each(["created", "opened", "in_progress"])(
    "%s: the same session, a fresh token, the same exp",
    async (state) => {
      const uid = `STATE-${state}`;
      const first = (await create(uid)).json();
      await setState(uid, `state = '${state}'`);
      const answer = await create(uid);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        session_id: first.session_id,
        expires_at: first.expires_at,
        link: first.link,
      });
      expect(await verifyAccessToken(lender.deps, answer.json().access_token)).toMatchObject({
        sessionId: first.session_id,
      });
    },
  );

  test.each([
    ["completed", "uid_already_used", "has a completed journey", false],
    ["cancelled", "uid_already_used", "was cancelled on 2026-11-02 03:04 UTC. Re-open it (POST", true],
    ["incomplete", "uid_already_used", "was left incomplete on 2026-11-02 03:04 UTC. Re-open it (POST", true],
    ["expired", "uid_expired", "expired on", true],
    ["erased", "uid_already_used", "was used", false],
  ])("%s: 409 %s names what exists, when, and the way out, for people and for programs", async (...row) => {
    const [state, code, hint, can_reopen] = row;
    const uid = `ENDED-${state}`;
    const { session_id } = (await create(uid)).json();
    await setState(uid, `state = '${state}', ended_at = '2026-11-02T03:04:05Z'`);
    const answer = await create(uid);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code, state, can_reopen, suggested_uid: `${uid}-2` });
    // Of an erased journey nothing is told but that it was.
    expect(answer.json().session_id).toBe(state === "erased" ? undefined : session_id);
    expect(answer.json().detail).toContain(hint);
    expect(answer.json().detail).toContain(`for instance "${uid}-2"`);
    expect(answer.json().detail.includes("Re-open")).toBe(can_reopen);
    expect((await create(answer.json().suggested_uid)).statusCode).toBe(200);
    expect((await create(uid)).json().suggested_uid).toBe(`${uid}-3`);
  });

  test.each(["created", "opened", "in_progress"])(
    "%s past its time counts as expired before the sweep came by",
    async (state) => {
      const uid = `LATE-${state}`;
      await create(uid);
      await setState(uid, `state = '${state}', expires_at = now() - interval '1 second'`);
      const answer = await create(uid);
      expect([answer.statusCode, answer.json().code]).toEqual([409, "uid_expired"]);
    },
  );

  test("a token of run 2 says run 2", async () => {
    await create("RUN-0001");
    await setState("RUN-0001", "run = 2");
    const { access_token: token } = (await create("RUN-0001")).json();
    expect(await verifyAccessToken(lender.deps, token)).toMatchObject({ run: 2 });
  });
});

describe("warnings", () => {
  test("a uid and metadata that look personal are accepted with a warning each", async () => {
    const answer = await create("254712345678", { metadata: { contact: "ana@lender.example" } });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().warnings).toEqual([
      { code: "uid_looks_personal", detail: "uid looks like a phone number" },
      { code: "metadata_looks_personal", detail: "metadata.contact looks like an e-mail address" },
    ]);
  });

  test("an environment set to strict refuses them", async () => {
    const strict = await newDeployment(lender, { company: "Strict", name: "One" });
    const { companyId, deploymentId } = strict;
    await setEnvironment(lender.deps, {
      companyId,
      deploymentId,
      kind: "test",
      settings: { personal_data_check: "strict" },
      actor: SYSTEM,
    });
    const send = async (uid: string, metadata: object) =>
      (
        await postTokens(
          lender.app,
          { uid, metadata, integration_id: strict.test.integrationId },
          { headers: { "api-key": strict.test.apiKey } },
        )
      ).json().code;
    expect(await send("254712345678", {})).toBe("uid_looks_personal");
    expect(await send("APP-1001", { born: "1990-05-12" })).toBe("metadata_looks_personal");
    expect(await send("APP-1001", { branch: "12" })).toBeUndefined();
  });

  test("a language that is not offered falls back and says so", async () => {
    const answer = await create("LANG-0001", { language: "sw" });
    expect(answer.json().warnings).toEqual([
      { code: "language_not_offered", detail: "This environment offers en; the journey starts in en" },
    ]);
  });

  test("a sandbox uid that nobody plays says so", async () => {
    expect((await create("SIM-WHATEVER-1")).json().warnings).toEqual([
      expect.objectContaining({ code: "simulation_unknown" }),
    ]);
    expect((await create("SIM-LOWRISK-1")).json().warnings).toEqual([]);
  });
});

describe("the sandbox", () => {
  test("a simulated session is marked, wakes the sandbox, and is refused in Production", async () => {
    let woken = 0;
    const stop = lender.deps.signals.on("simulated", () => woken++);
    const { session_id: id } = (await create("SIM-BOT-77")).json();
    stop();
    expect(woken).toBe(1);
    const [row] = await lender.deps.db.query("SELECT simulated FROM sessions WHERE session_id = $1::text", [id]);
    expect(row).toEqual({ simulated: true });
    const { production } = lender.deployment;
    const refused = await postTokens(
      lender.app,
      { uid: "SIM-BOT-77", integration_id: production.integrationId },
      { headers: { "api-key": production.apiKey } },
    );
    expect([refused.statusCode, refused.json().code]).toEqual([422, "uid_reserved"]);
  });

  test("SIM-EXPIRE ends when it is created", async () => {
    const answer = (await create("SIM-EXPIRE-1")).json();
    expect(answer.expires_at).toBeLessThanOrEqual(Date.now() / 1000 + 1);
  });
});
