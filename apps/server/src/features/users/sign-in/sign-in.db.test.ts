import type { LightMyRequestResponse } from "fastify";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { testLender, type TestLender } from "../../../testing/lender.ts";
import { knownPerson, PASSWORD } from "../testing/account.ts";
import { outcome, post, signInOf } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
beforeAll(async () => {
  lender = await testLender();
  ({ companyId } = lender.deployment);
});
afterAll(() => lender.close());

async function signIn(
  body: { readonly email: string; readonly password: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  return post(lender.app, "/beacon/api/sign-in", body, headers);
}

async function me(headers: Readonly<Record<string, string>>) {
  return lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } });
}

async function auditOf(userId: string): Promise<readonly { action: string; actor: string; details: object }[]> {
  return lender.deps.db.query(
    `SELECT action, actor, details FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text
      ORDER BY audit_id`,
    [companyId, userId],
  );
}

async function set(userId: string, sql: string): Promise<void> {
  await lender.deps.db.query(`UPDATE users SET ${sql} WHERE user_id = $1::text`, [userId]);
}

describe("e-mail address and password", () => {
  test("open a sign-in that shows the person and their companies by name", async () => {
    const ana = await knownPerson(lender.deps, companyId, { role: "admin" });
    const answer = await signIn({ email: ` ${ana.email.toUpperCase()} `, password: PASSWORD });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { csrf_token: expect.any(String), second_factor_required: false, password_change_required: false },
    ]);
    expect((await me(signInOf(answer))).json()).toMatchObject({
      email: ana.email,
      csrf_token: answer.json().csrf_token,
      has_password: true,
      recovery_codes_left: 0,
      companies: [{ company_id: companyId, name: "Acme", role: "admin" }],
    });
    expect(await auditOf(ana.userId)).toEqual([
      { action: "sign_in.succeeded", actor: `user:${ana.userId}`, details: { method: "password" } },
    ]);
  });

  test("set two cookies that only the server reads, that no other site sends and no plain connection carries", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const cookies = (await signIn({ email: ana.email, password: PASSWORD })).headers["set-cookie"];
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-ts_beacon=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
      expect.stringMatching(
        /^__Host-ts_browser=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });

  test("take a fresh token each time, and never one that the browser brought along", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const planted = `__Host-ts_beacon=${"a".repeat(43)}`;
    const answer = await signIn({ email: ana.email, password: PASSWORD }, { cookie: planted });
    expect(signInOf(answer).cookie).not.toBe(planted);
    expect((await me({ cookie: planted })).statusCode).toBe(401);
  });

  test("end the sign-in that the browser had before: nothing lives on without a cookie", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const ben = await knownPerson(lender.deps, companyId);
    await signIn({ email: ben.email, password: PASSWORD }, { cookie: ana.headers.cookie });
    expect((await me(ana.headers)).statusCode).toBe(401);
    expect((await me(ben.headers)).statusCode).toBe(200);
  });

  test("are renewed under today's parameters when an older hash opens", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const old = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await lender.deps.db.query("UPDATE users SET password_hash = $2::text WHERE user_id = $1::text", [ana.userId, old]);
    expect((await signIn({ email: ana.email, password: PASSWORD })).statusCode).toBe(200);
    const [row] = await lender.deps.db.query<{ password_hash: string }>(
      "SELECT password_hash FROM users WHERE user_id = $1::text",
      [ana.userId],
    );
    expect(row?.password_hash).toContain("$m=19456,t=2,p=1$");
    expect((await signIn({ email: ana.email, password: PASSWORD })).statusCode).toBe(200);
  });

  test("given by somebody else open nothing but the way to an own password", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await set(ana.userId, "must_change_password = true");
    const answer = await signIn({ email: ana.email, password: PASSWORD });
    expect(answer.json()).toMatchObject({ password_change_required: true });
    const headers = signInOf(answer);
    const list = await lender.app.inject({ method: "GET", url: "/beacon/api/me/sign-ins", headers });
    expect(outcome(list)).toEqual([403, "password_change_required"]);
    const wish = { current_password: PASSWORD, new_password: "eight loud counting frames" };
    const changed = await post(lender.app, "/beacon/api/me/password", wish, headers);
    expect(changed.statusCode).toBe(200);
    expect((await me(signInOf(changed))).json()).toMatchObject({ password_change_required: false });
  });

  test("given by somebody else and not used for a week open nothing", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await set(ana.userId, "must_change_password = true, password_changed_at = now() - interval '8 days'");
    expect(outcome(await signIn({ email: ana.email, password: PASSWORD }))).toEqual([403, "one_time_password_expired"]);
  });

  test("of an account that is switched off say so only to who knows the password", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await set(ana.userId, "disabled_at = now()");
    expect(outcome(await signIn({ email: ana.email, password: PASSWORD }))).toEqual([403, "account_disabled"]);
    expect(outcome(await signIn({ email: ana.email, password: "another password" }))).toEqual([401, "sign_in_failed"]);
  });

  test.each([
    [{}, 422],
    [{ email: "ana@lender.example" }, 422],
    [{ email: "ana@lender.example", password: 12 }, 422],
    [{ email: "ana@lender.example", password: "a\u0000b" }, 422],
    [{ email: "ana@lender.example", password: "x".repeat(1025) }, 422],
    [{ email: "ana@lender.example", password: "x", remember: true }, 422],
    [["ana@lender.example"], 422],
    ["ana", 422],
  ])("are asked for when %j is sent", async (body, status) => {
    expect(outcome(await post(lender.app, "/beacon/api/sign-in", body))).toEqual([status, "body_invalid"]);
  });

  test("are not taken from another site's page, nor as a form", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const body = { email: ana.email, password: PASSWORD };
    expect(outcome(await signIn(body, { origin: "https://elsewhere.example" }))).toEqual([403, "csrf_invalid"]);
    const form = await lender.app.inject({
      method: "POST",
      url: "/beacon/api/sign-in",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: new URLSearchParams(body).toString(),
    });
    expect(outcome(form)).toEqual([415, "unsupported_media_type"]);
  });
});

describe("a failed try", () => {
  test("answers the same for an unknown address, a wrong password and an account without one, after the same least time", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const sso = await knownPerson(lender.deps, companyId);
    await set(sso.userId, "password_hash = NULL");
    for (const email of [ana.email, sso.email, "nobody@lender.example"]) {
      const startedMs = performance.now();
      const answer = await signIn({ email, password: "not the password" });
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(249);
      const { request_id: _, ...body } = answer.json();
      expect([answer.statusCode, body]).toEqual([
        401,
        { code: "sign_in_failed", detail: "The e-mail address or the password is wrong." },
      ]);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  test("is told in the log of the person's company, in nobody's name and without the address", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await signIn({ email: ana.email, password: "not the password" });
    expect(await auditOf(ana.userId)).toEqual([
      { action: "sign_in.failed", actor: "system", details: { reason: "password" } },
    ]);
  });
});

describe("signing out", () => {
  test("ends the sign-in on the server, not only in the browser", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const answer = await lender.app.inject({ method: "POST", url: "/beacon/api/sign-out", headers: ana.headers });
    expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([
      204,
      "__Host-ts_beacon=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict",
    ]);
    expect((await me(ana.headers)).statusCode).toBe(401);
    expect(await auditOf(ana.userId)).toMatchObject([{ action: "sign_in.ended" }]);
  });

  test("is not done by another site's link or form", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const { cookie } = ana.headers;
    for (const method of ["GET", "POST"] as const) {
      await lender.app.inject({ method, url: "/beacon/api/sign-out", headers: { cookie } });
    }
    expect((await me(ana.headers)).statusCode).toBe(200);
  });
});

describe("a sign-in that nobody uses", () => {
  test("ends after two hours, and earlier use does not bring it back", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await lender.deps.db.query(
      "UPDATE user_sessions SET last_seen_at = now() - interval '119 minutes' WHERE user_id = $1::text",
      [ana.userId],
    );
    expect((await me(ana.headers)).statusCode).toBe(200);
    await lender.deps.db.query(
      "UPDATE user_sessions SET last_seen_at = now() - interval '121 minutes' WHERE user_id = $1::text",
      [ana.userId],
    );
    expect(outcome(await me(ana.headers))).toEqual([401, "sign_in_required"]);
    expect(outcome(await me(ana.headers))).toEqual([401, "sign_in_required"]);
  });

  test("is marked as used once a minute, not at each request", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const seen = async (): Promise<Date | undefined> => {
      const rows = await lender.deps.db.query<{ at: Date }>(
        "SELECT last_seen_at AS at FROM user_sessions WHERE user_id = $1::text",
        [ana.userId],
      );
      return rows[0]?.at;
    };
    const before = await seen();
    await me(ana.headers);
    expect(await seen()).toEqual(before);
    await lender.deps.db.query(
      "UPDATE user_sessions SET last_seen_at = now() - interval '61 seconds' WHERE user_id = $1::text",
      [ana.userId],
    );
    await me(ana.headers);
    expect((await seen())?.getTime()).toBeGreaterThan(before?.getTime() ?? Infinity);
  });

  test("ends after twelve hours however much it is used", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const answer = await signIn({ email: ana.email, password: PASSWORD });
    const [row] = await lender.deps.db.query<{ hours: number }>(
      `SELECT round(extract(epoch FROM max(expires_at) - now()) / 3600)::int AS hours FROM user_sessions
        WHERE user_id = $1::text`,
      [ana.userId],
    );
    expect(row?.hours).toBe(12);
    await lender.deps.db.query("UPDATE user_sessions SET expires_at = now() WHERE user_id = $1::text", [ana.userId]);
    expect((await me(signInOf(answer))).statusCode).toBe(401);
  });
});
