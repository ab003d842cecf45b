import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signInAs } from "../../../testing/people.ts";
import { sweepAll } from "./housekeeping.ts";
import { codeNow, knownPerson, newestSignIn, PASSWORD, withSecondFactor, wrongCode } from "../testing/account.ts";
import { outcome, post, signInOf } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
beforeAll(async () => {
  lender = await testLender();
  ({ companyId } = lender.deployment);
});
afterAll(() => lender.close());

type Headers = Readonly<Record<string, string>>;
const NEW_PASSWORD = "eight loud counting frames";

async function call(url: string, headers: Headers, body: unknown) {
  return post(lender.app, `/beacon/api/me/${url}`, body, headers);
}

async function get(url: string, headers: Headers) {
  return lender.app.inject({ method: "GET", url: `/beacon/api/me${url}`, headers: { ...headers } });
}

async function remove(url: string, headers: Headers) {
  return lender.app.inject({ method: "DELETE", url: `/beacon/api/me/${url}`, headers: { ...headers } });
}

async function confirmedLongAgo(userId: string): Promise<void> {
  await lender.deps.db.query(
    "UPDATE user_sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = $1::text",
    [userId],
  );
}

describe("changing the password", () => {
  const change = (headers: Headers, wish: { current?: string; next?: string } = {}) =>
    call("password", headers, { current_password: wish.current ?? PASSWORD, new_password: wish.next ?? NEW_PASSWORD });

  test("ends every other sign-in, gives this one a new token, and makes the old password worth nothing", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const elsewhere = await signInAs(lender.deps, ana.userId);
    const answer = await change(ana.headers);
    expect([answer.statusCode, answer.json()["ended_sign_ins"]]).toEqual([200, 1]);
    expect((await get("", elsewhere)).statusCode).toBe(401);
    expect((await get("", ana.headers)).statusCode).toBe(401);
    expect((await get("", signInOf(answer))).statusCode).toBe(200);
    const signIn = (password: string) => post(lender.app, "/beacon/api/sign-in", { email: ana.email, password });
    expect([(await signIn(PASSWORD)).statusCode, (await signIn(NEW_PASSWORD)).statusCode]).toEqual([401, 200]);
    await lender.mailbox.settle();
    expect(lender.mailbox.lastTo(ana.email).subject).toContain("was changed");
  });

  test("ends links of resets that are still on their way", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await lender.deps.db.query(
      "INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES ($1::text, $1::text, now() + interval '1 hour')",
      [ana.userId],
    );
    await change(ana.headers);
    const rows = await lender.deps.db.query("SELECT 1 FROM password_resets WHERE user_id = $1 AND used_at IS NULL", [
      ana.userId,
    ]);
    expect(rows).toEqual([]);
  });

  test.each([
    [{ current: "not the password" }, 401, "password_wrong"],
    [{ next: "short" }, 422, "password_weak"],
    [{ next: PASSWORD }, 422, "password_weak"],
  ])("with %j changes nothing", async (wish, status, code) => {
    const ana = await knownPerson(lender.deps, companyId);
    expect(outcome(await change(ana.headers, wish))).toEqual([status, code]);
    expect((await get("", ana.headers)).statusCode).toBe(200);
    expect((await post(lender.app, "/beacon/api/sign-in", { email: ana.email, password: PASSWORD })).statusCode).toBe(
      200,
    );
  });

  test("happens once when it is asked for twice at the same time", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const elsewhere = await signInAs(lender.deps, ana.userId);
    const answers = await Promise.all([change(ana.headers), change(elsewhere, { next: "nine slow wooden ledgers" })]);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  test("lets nobody with a stolen sign-in guess the password", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const codes = [];
    for (let i = 0; i < 7; i++) codes.push(outcome(await change(ana.headers, { current: `guess ${i}` }))[1]);
    expect(codes).toEqual([...Array(6).fill("password_wrong"), "sign_in_throttled"]);
    const elsewhere = await signInAs(lender.deps, ana.userId);
    expect((await change(elsewhere)).statusCode).toBe(200);
  });
});

describe("confirming", () => {
  test.each(["password", "code"] as const)("by %s opens what asks for it, under a new token", async (by) => {
    const ana = await withSecondFactor(lender.deps, companyId);
    await confirmedLongAgo(ana.userId);
    expect(outcome(await remove("sign-ins", ana.headers))).toEqual([403, "reauthentication_required"]);
    const wrong = by === "password" ? { password: "not the password" } : { code: wrongCode() };
    expect(outcome(await call("confirm", ana.headers, wrong))).toEqual([401, `${by}_wrong`]);
    const right = by === "password" ? { password: PASSWORD } : { code: codeNow() };
    const answer = await call("confirm", ana.headers, right);
    expect(answer.statusCode).toBe(200);
    expect((await get("", ana.headers)).statusCode).toBe(401);
    expect((await remove("sign-ins", signInOf(answer))).statusCode).toBe(200);
  });

  test("takes one proof of the two", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    for (const body of [{}, { password: PASSWORD, code: "123456" }, { pin: "1" }]) {
      expect(outcome(await call("confirm", ana.headers, body))).toEqual([422, "body_invalid"]);
    }
    expect(outcome(await call("confirm", ana.headers, { code: "123456" }))).toEqual([409, "second_factor_missing"]);
  });

  test("of an account without a password says what else proves it", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await lender.deps.db.query("UPDATE users SET password_hash = NULL WHERE user_id = $1::text", [ana.userId]);
    const answer = await call("confirm", ana.headers, { password: PASSWORD });
    expect([outcome(answer)[1], answer.json()["detail"]]).toEqual([
      "password_wrong",
      expect.stringContaining("no password"),
    ]);
  });
});

describe("the list of sign-ins", () => {
  test("shows one's own that are alive, with browser and address, page by page", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await knownPerson(lender.deps, companyId);
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const body = { email: ana.email, password: PASSWORD };
    const { userId } = ana;
    const newest = signInOf(await post(lender.app, "/beacon/api/sign-in", body, { "user-agent": agent }));
    const first = (await get("/sign-ins?limit=1", newest)).json();
    expect(first.items).toMatchObject([
      {
        sign_in_id: await newestSignIn(lender.deps, userId),
        current: true,
        agent: "Firefox on Linux",
        origin: "127.0.0.1",
      },
    ]);
    const second = (await get(`/sign-ins?limit=1&after=${first.next}`, newest)).json();
    expect(second).toMatchObject({ items: [{ current: false }], next: null });
    await lender.deps.db.query(
      "UPDATE user_sessions SET last_seen_at = now() - interval '3 hours' WHERE user_session_id = $1::text",
      [second.items[0].sign_in_id],
    );
    expect((await get("/sign-ins", newest)).json().items).toHaveLength(1);
    expect(outcome(await get("/sign-ins?after=xyz", newest))).toEqual([422, "query_invalid"]);
  });

  test("ends one at once, and knows nothing of other people's", async () => {
    const [ana, ben] = [await knownPerson(lender.deps, companyId), await knownPerson(lender.deps, companyId)];
    const other = await signInAs(lender.deps, ana.userId);
    const id = await newestSignIn(lender.deps, ana.userId);
    expect(outcome(await remove(`sign-ins/${id}`, ben.headers))).toEqual([404, "not_found"]);
    expect((await get("", other)).statusCode).toBe(200);
    expect((await remove(`sign-ins/${id}`, ana.headers)).statusCode).toBe(204);
    expect((await get("", other)).statusCode).toBe(401);
    expect(outcome(await remove(`sign-ins/${id}`, ana.headers))).toEqual([404, "not_found"]);
  });

  test("ends all others, and this one goes on", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const others = [await signInAs(lender.deps, ana.userId), await signInAs(lender.deps, ana.userId)];
    expect((await remove("sign-ins", ana.headers)).json()).toEqual({ ended: 2 });
    for (const headers of others) expect((await get("", headers)).statusCode).toBe(401);
    expect((await get("", ana.headers)).statusCode).toBe(200);
    const audit = await lender.deps.db.query(
      "SELECT details FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text",
      [companyId, ana.userId],
    );
    expect(audit).toEqual([{ details: { ended: 2 } }]);
  });
});

test("sign-ins are kept a month after their end, the newest of each person for ever", async () => {
  const ana = await knownPerson(lender.deps, companyId);
  await signInAs(lender.deps, ana.userId);
  await lender.deps.db.query(
    `UPDATE user_sessions SET expires_at = now() - interval '31 days', created_at = created_at - interval '31 days'
      WHERE user_id = $1::text`,
    [ana.userId],
  );
  await sweepAll(lender.deps);
  const rows = await lender.deps.db.query("SELECT user_session_id AS id FROM user_sessions WHERE user_id = $1::text", [
    ana.userId,
  ]);
  expect(rows).toEqual([{ id: await newestSignIn(lender.deps, ana.userId) }]);
});
