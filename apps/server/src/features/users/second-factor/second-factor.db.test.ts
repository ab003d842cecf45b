import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { qrModules, qrPath } from "../../../infra/qr.ts";
import { testLender, type TestLender } from "../../../testing/lender.ts";
import { codeNow, inSetUp, knownPerson, PASSWORD, SECRET, withSecondFactor, wrongCode } from "../testing/account.ts";
import { outcome, post, signInOf } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
beforeAll(async () => {
  lender = await testLender();
  ({ companyId } = lender.deployment);
});
afterAll(() => lender.close());

type Headers = Readonly<Record<string, string>>;

async function call(url: string, headers: Headers, body: unknown = {}) {
  return post(lender.app, `/beacon/api/${url}`, body, headers);
}

async function me(headers: Headers) {
  return (await lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } })).json();
}

async function passwordIn(email: string, cookie = ""): Promise<ReturnType<typeof signInOf>> {
  const answer = await call("sign-in", { cookie }, { email, password: PASSWORD });
  expect(answer.json()).toMatchObject({ second_factor_required: true });
  return signInOf(answer);
}

async function actionsOn(userId: string): Promise<readonly string[]> {
  const rows = await lender.deps.db.query<{ action: string }>(
    "SELECT action FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
    [companyId, userId],
  );
  return rows.map(({ action }) => action);
}

async function confirmedLongAgo(userId: string): Promise<void> {
  await lender.deps.db.query(
    "UPDATE user_sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = $1::text",
    [userId],
  );
}

describe("setting up", () => {
  test("gives a secret for the app, and ten recovery codes once after its first code", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const begun = (await call("me/second-factor", ana.headers)).json();
    expect(begun.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(begun.otpauth_uri);
    expect(uri.searchParams.get("secret")).toBe(begun.secret);
    expect(decodeURIComponent(uri.pathname)).toContain(`Tallystick:${ana.email}`);
    expect(begun.qr).toEqual({ size: expect.any(Number), path: qrPath(qrModules(begun.otpauth_uri)) });
    expect(await me(ana.headers)).toMatchObject({ second_factor: false });

    const enabled = await call("me/second-factor/confirm", ana.headers, { code: codeNow(begun.secret) });
    const codes = enabled.json().recovery_codes;
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(await me(ana.headers)).toMatchObject({
      second_factor: true,
      second_factor_required: false,
      recovery_codes_left: 10,
    });
    expect(await actionsOn(ana.userId)).toEqual(["second_factor.begun", "second_factor.enabled"]);
    await lender.mailbox.settle();
    expect(lender.mailbox.lastTo(ana.email).subject).toContain("second factor now");
  });

  test("keeps the secret sealed, and of the recovery codes their keyed hashes alone", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    const enabled = await call("me/second-factor/confirm", ana.headers, { code: ana.code });
    const { recovery_codes: codes } = enabled.json();
    const rows = await lender.deps.db.query<{ row: string }>(
      `SELECT u::text AS row FROM users u WHERE user_id = $1::text
        UNION ALL SELECT r::text FROM recovery_codes r WHERE user_id = $1::text
        UNION ALL SELECT a::text FROM audit_entries a WHERE company_id = $2::text`,
      [ana.userId, companyId],
    );
    const stored = rows.map(({ row }) => row).join("\n");
    for (const secret of [SECRET, ...codes, ...codes.map((code: string) => code.replaceAll("-", ""))]) {
      expect(stored).not.toContain(secret);
    }
  });

  test("makes the person's other sign-ins give a code too", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    const elsewhere = signInOf(await call("sign-in", {}, { email: ana.email, password: PASSWORD }));
    await call("me/second-factor/confirm", ana.headers, { code: ana.code });
    expect(await me(elsewhere)).toMatchObject({ second_factor_required: true });
    expect(await me(ana.headers)).toMatchObject({ second_factor_required: false });
  });

  test("needs a fresh confirmation, a secret, its code, and no factor that is on already", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const enable = (code: string) => call("me/second-factor/confirm", ana.headers, { code });
    expect(outcome(await enable(codeNow()))).toEqual([409, "second_factor_missing"]);
    const { secret } = (await call("me/second-factor", ana.headers)).json();
    expect(outcome(await enable("not a code"))).toEqual([401, "code_wrong"]);
    await confirmedLongAgo(ana.userId);
    expect(outcome(await call("me/second-factor", ana.headers))).toEqual([403, "reauthentication_required"]);
    expect(outcome(await enable(codeNow(secret)))).toEqual([403, "reauthentication_required"]);
    const confirmed = await call("me/confirm", ana.headers, { password: PASSWORD });
    const headers = signInOf(confirmed);
    expect((await call("me/second-factor/confirm", headers, { code: codeNow(secret) })).statusCode).toBe(200);
    expect(outcome(await call("me/second-factor", headers))).toEqual([409, "second_factor_exists"]);
    expect(outcome(await call("me/second-factor/confirm", headers, { code: codeNow(secret, 1) }))).toEqual([
      409,
      "second_factor_exists",
    ]);
  });

  test("is done once by simultaneous confirmations: one set of recovery codes stands", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => call("me/second-factor/confirm", ana.headers, { code: ana.code })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await me(ana.headers)).toMatchObject({ recovery_codes_left: 10 });
  });
});

describe("signing in", () => {
  test("takes the code of now, and opens nothing before it", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const half = await passwordIn(ana.email);
    for (const url of ["me/sign-ins", `companies/${companyId}/members`]) {
      const answer = await lender.app.inject({ method: "GET", url: `/beacon/api/${url}`, headers: half });
      expect(outcome(answer)).toEqual([401, "second_factor_required"]);
    }
    const wish = { current_password: PASSWORD, new_password: "eight loud counting frames" };
    expect(outcome(await call("me/password", half, wish))).toEqual([401, "second_factor_required"]);
    const answer = await call("sign-in/second-factor", half, {
      code: `${codeNow().slice(0, 3)} ${codeNow().slice(3)}`,
    });
    expect(answer.statusCode).toBe(200);
    expect(await me(signInOf(answer))).toMatchObject({ second_factor_required: false });
    expect(await actionsOn(ana.userId)).toEqual(["sign_in.begun", "sign_in.succeeded"]);
  });

  test("gives another cookie with the second factor, and the half one opens nothing any more", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const half = await passwordIn(ana.email);
    const answer = await call("sign-in/second-factor", half, { code: codeNow() });
    expect(signInOf(answer).cookie).not.toBe(half.cookie);
    expect(await me(half)).toMatchObject({ code: "sign_in_required" });
  });

  test("remembers the browser only after the second factor", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const begun = await call("sign-in", {}, { email: ana.email, password: PASSWORD });
    expect([begun.headers["set-cookie"]].flat().join()).not.toContain("ts_browser");
    const done = await call("sign-in/second-factor", signInOf(begun), { code: codeNow() });
    expect([done.headers["set-cookie"]].flat().join()).toContain("ts_browser");
  });

  test("takes each code once, also when it is sent many times at once, from two browsers", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const halves = [await passwordIn(ana.email), await passwordIn(ana.email)];
    const code = codeNow();
    const answers = await Promise.all(
      [...halves, ...halves].map((half) => call("sign-in/second-factor", half, { code })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  test("takes the code of half a minute ago or ahead, and none of further away", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    for (const steps of [-3, 3]) {
      const answer = await call("sign-in/second-factor", await passwordIn(ana.email), { code: codeNow(SECRET, steps) });
      expect(outcome(answer)).toEqual([401, "code_wrong"]);
    }
    const ahead = await call("sign-in/second-factor", await passwordIn(ana.email), { code: codeNow(SECRET, 1) });
    // The step before would be within the window, but lies behind one that was used.
    const behind = await call("sign-in/second-factor", await passwordIn(ana.email), { code: codeNow() });
    expect([ahead.statusCode, outcome(behind)]).toEqual([200, [401, "code_wrong"]]);
  });

  test("takes a recovery code as typed from paper, once, and tells the person by mail", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    const enabled = await call("me/second-factor/confirm", ana.headers, { code: ana.code });
    const [first = "", second = ""] = enabled.json().recovery_codes;
    const typed = first.replaceAll("-", " ").toUpperCase().replaceAll("0", "O").replaceAll("1", "I");
    const done = await call("sign-in/second-factor", await passwordIn(ana.email), { code: typed });
    expect(done.statusCode).toBe(200);
    expect(await me(signInOf(done))).toMatchObject({ recovery_codes_left: 9 });
    await lender.mailbox.settle();
    expect(lender.mailbox.lastTo(ana.email).subject).toContain("recovery code");
    expect(outcome(await call("sign-in/second-factor", await passwordIn(ana.email), { code: first }))).toEqual([
      401,
      "code_wrong",
    ]);
    const ben = await withSecondFactor(lender.deps, companyId);
    expect(outcome(await call("sign-in/second-factor", await passwordIn(ben.email), { code: second }))).toEqual([
      401,
      "code_wrong",
    ]);
  });

  test("says when there is nothing to give", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    expect(outcome(await call("sign-in/second-factor", ana.headers, { code: "123456" }))).toEqual([
      409,
      "second_factor_given",
    ]);
  });

  test("lets nobody who has the password try codes at will, not even by signing in again and again", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const codes = [];
    const halves = [];
    for (let i = 0; i < 7; i++) halves.push(await passwordIn(ana.email));
    for (const half of halves) {
      codes.push(outcome(await call("sign-in/second-factor", half, { code: wrongCode() }))[1]);
    }
    expect(codes).toEqual([...Array(6).fill("code_wrong"), "sign_in_throttled"]);
    const failures = (await actionsOn(ana.userId)).filter((action) => action === "sign_in.failed");
    expect(failures).toHaveLength(6);
  });
});

describe("switching off, and new recovery codes", () => {
  test.each(["me/second-factor/disable", "me/recovery-codes"])(
    "%s takes a code beside a fresh confirmation",
    async (url) => {
      const ana = await withSecondFactor(lender.deps, companyId);
      expect(outcome(await call(url, ana.headers, { code: wrongCode() }))).toEqual([401, "code_wrong"]);
      await confirmedLongAgo(ana.userId);
      expect(outcome(await call(url, ana.headers, { code: codeNow() }))).toEqual([403, "reauthentication_required"]);
      const ben = await knownPerson(lender.deps, companyId);
      expect(outcome(await call(url, ben.headers, { code: codeNow() }))).toEqual([409, "second_factor_missing"]);
    },
  );

  test("leaves the password alone to open, and no recovery code behind", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    await call("me/second-factor/confirm", ana.headers, { code: ana.code });
    expect((await call("me/second-factor/disable", ana.headers, { code: codeNow(SECRET, 1) })).statusCode).toBe(204);
    expect(await me(ana.headers)).toMatchObject({ second_factor: false, recovery_codes_left: 0 });
    const answer = await call("sign-in", {}, { email: ana.email, password: PASSWORD });
    expect(answer.json()).toMatchObject({ second_factor_required: false });
    await lender.mailbox.settle();
    expect(lender.mailbox.lastTo(ana.email).subject).toContain("switched off");
  });

  test("ends the earlier recovery codes with the new ones", async () => {
    const ana = await inSetUp(lender.deps, companyId);
    const enabled = await call("me/second-factor/confirm", ana.headers, { code: ana.code });
    const [old = "", toRenew = ""] = enabled.json().recovery_codes;
    const renewed = await call("me/recovery-codes", ana.headers, { code: toRenew });
    const [fresh = ""] = renewed.json().recovery_codes;
    const give = async (code: string) => call("sign-in/second-factor", await passwordIn(ana.email), { code });
    expect(outcome(await give(old))).toEqual([401, "code_wrong"]);
    expect((await give(fresh)).statusCode).toBe(200);
  });
});
