import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../../audit/service.ts";
import { createCompany } from "../../companies/service.ts";
import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember } from "../../../testing/people.ts";
import { knownBrowser } from "../sign-in/browser.ts";
import { invite } from "./invitations.ts";
import { hashPassword } from "../passwords/passwords.ts";
import { outcome, PASSWORD, post, signInOf, tokenIn } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
let made = 0;

beforeAll(async () => {
  lender = await testLender();
  ({ companyId } = await createCompany(lender.deps, { name: "Inviting Lender", actor: SYSTEM }));
});
afterAll(() => lender.close());

/** A new invitation; its address and the token of its mail. */
async function invited(email = `joining-${(made += 1)}@tallystick.test`) {
  const { invitationId } = await invite(lender.deps, { companyId, email, role: "viewer", actor: SYSTEM });
  return { email, invitationId, token: tokenIn(lender.mailbox, email) };
}

/** A member of another company with a password, and headers of a sign-in. */
async function known(options: { readonly secondFactor?: true } = {}) {
  const person = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  const rows = await lender.deps.db.query<{ email: string; name: string }>(
    `UPDATE users SET password_hash = $2::text, totp_ciphertext = CASE WHEN $3::boolean THEN 'x' END,
            totp_confirmed_at = CASE WHEN $3::boolean THEN now() END
      WHERE user_id = $1::text RETURNING email, name`,
    [person.userId, await hashPassword(PASSWORD), options.secondFactor === true],
  );
  return { ...person, email: rows[0]?.email ?? "", name: rows[0]?.name ?? "" };
}

function accept(body: object, headers: Readonly<Record<string, string>> = {}) {
  return post(lender.app, "/beacon/api/invitations/accept", body, headers);
}

async function me(headers: Readonly<Record<string, string>>) {
  return (await lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } })).json() as {
    email?: string;
    code?: string;
    second_factor_required?: boolean;
    companies?: { company_id: string }[];
  };
}

async function isMember(email: string): Promise<boolean> {
  const rows = await lender.deps.db.query(
    `SELECT m.user_id FROM memberships m JOIN users u ON u.user_id = m.user_id
      WHERE m.company_id = $1::text AND u.email_key = $2::text`,
    [companyId, email],
  );
  return rows.length > 0;
}

describe("somebody new", () => {
  test("joins with name and password, and is signed in", async () => {
    const { email, token, invitationId } = await invited();
    const answer = await accept({ token, name: " Ben ", password: PASSWORD });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { company_id: companyId, role: "viewer" }]);
    expect(await me(signInOf(answer))).toMatchObject({
      email,
      name: "Ben",
      companies: [{ company_id: companyId, role: "viewer" }],
    });
    const audit = await lender.deps.db.query(
      "SELECT action, actor FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
      [companyId, invitationId],
    );
    expect(audit).toMatchObject([
      { action: "invitation.created" },
      { action: "invitation.accepted", actor: expect.stringMatching(/^user:usr_/) },
    ]);
  });

  test.each([
    [{ password: PASSWORD }, 422, "body_invalid"],
    [{ name: "Ben" }, 422, "body_invalid"],
    [{ name: "Ben", password: "short" }, 422, "password_weak"],
    [{ name: "\u0007", password: PASSWORD }, 422, "body_invalid"],
    [{ name: "Ben", password: PASSWORD, role: "admin" }, 422, "body_invalid"],
  ])("who sends %j is told what is missing, and can try again with the same link", async (body, status, code) => {
    const { email, token } = await invited();
    expect(outcome(await accept({ token, ...body }))).toEqual([status, code]);
    expect(await isMember(email)).toBe(false);
    expect((await accept({ token, name: "Ben", password: PASSWORD })).statusCode).toBe(200);
  });

  test("is known in this browser from then on, under their own address alone", async () => {
    const { email, token } = await invited();
    const answer = await accept({ token, name: "Ben", password: PASSWORD });
    const cookies = [answer.headers["set-cookie"]]
      .flat()
      .map((line) => line?.split(";")[0])
      .join("; ");
    expect(knownBrowser(lender.deps, cookies, email)).not.toBeNull();
    expect(knownBrowser(lender.deps, cookies, "somebody.else@tallystick.test")).toBeNull();
  });

  test("joins once, however often and however simultaneously the link is used", async () => {
    const { email, token } = await invited();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => accept({ token, name: "Ben", password: PASSWORD })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    const rest = answers.filter(({ statusCode }) => statusCode !== 200).map(outcome);
    expect(rest.every(([status, code]) => status === 410 && code === "invitation_used")).toBe(true);
    const users = await lender.deps.db.query("SELECT user_id FROM users WHERE email_key = $1::text", [email]);
    expect(users).toHaveLength(1);
  });

  test("invited by two companies at once makes one account; the second link then asks for its password", async () => {
    const email = `twice-${(made += 1)}@tallystick.test`;
    const first = await invited(email);
    const elsewhere = { companyId: lender.deployment.companyId, email, role: "admin", actor: SYSTEM } as const;
    await invite(lender.deps, elsewhere);
    const second = tokenIn(lender.mailbox, email);
    const answers = await Promise.all([
      accept({ token: first.token, name: "Ben", password: PASSWORD }),
      accept({ token: second, name: "Ben", password: `${PASSWORD}, others` }),
    ]);
    expect(answers.map(outcome).filter(([status]) => status === 200)).toHaveLength(1);
    const [lost] = answers.map(outcome).filter(([status]) => status !== 200);
    expect(["account_exists", "password_wrong"]).toContain(lost?.[1]);
    expect(await lender.deps.db.query("SELECT user_id FROM users WHERE email_key = $1::text", [email])).toHaveLength(1);
  });
});

describe("somebody with an account", () => {
  test("joins by the password, which the wrong one does not do", async () => {
    const ben = await known();
    const { token } = await invited(ben.email);
    expect(outcome(await accept({ token }))).toEqual([409, "account_exists"]);
    expect(outcome(await accept({ token, password: "not the password" }))).toEqual([401, "password_wrong"]);
    expect(await isMember(ben.email)).toBe(false);
    const answer = await accept({ token, password: PASSWORD });
    expect(answer.statusCode).toBe(200);
    expect((await me(signInOf(answer))).companies).toHaveLength(2);
  });

  test("joins by being signed in, and stays signed in as before", async () => {
    const ben = await known();
    const { token } = await invited(ben.email);
    const answer = await accept({ token }, ben.headers);
    expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([200, undefined]);
    expect((await me(ben.headers)).companies).toHaveLength(2);
  });

  test("does not join by another page's request with the cookie alone", async () => {
    const ben = await known();
    const { token } = await invited(ben.email);
    expect(outcome(await accept({ token }, { cookie: ben.headers.cookie }))).toEqual([403, "csrf_invalid"]);
    const elsewhere = { ...ben.headers, origin: "https://elsewhere.example" };
    expect(outcome(await accept({ token }, elsewhere))).toEqual([403, "csrf_invalid"]);
    expect(await isMember(ben.email)).toBe(false);
  });

  test("and a second factor is only half signed in after the password", async () => {
    const ben = await known({ secondFactor: true });
    const { token } = await invited(ben.email);
    const answer = await accept({ token, password: PASSWORD });
    expect(answer.json()).toMatchObject({ second_factor_required: true });
    expect([answer.headers["set-cookie"]].flat().join()).not.toContain("ts_browser");
    expect(await me(signInOf(answer))).toMatchObject({ second_factor_required: true });
  });

  test("that was switched off joins nothing", async () => {
    const ben = await known();
    const { token } = await invited(ben.email);
    await lender.deps.db.query("UPDATE users SET disabled_at = now() WHERE user_id = $1::text", [ben.userId]);
    expect(outcome(await accept({ token, password: PASSWORD }))).toEqual([403, "account_disabled"]);
  });

  test("can not have the password guessed by who holds the mail", async () => {
    const ben = await known();
    const { token } = await invited(ben.email);
    const codes = [];
    for (let i = 0; i < 8; i++) codes.push(outcome(await accept({ token, password: `guess number ${i}` }))[1]);
    expect(codes.slice(0, 6)).toEqual(Array(6).fill("password_wrong"));
    expect(codes.slice(6)).toEqual(["sign_in_throttled", "sign_in_throttled"]);
    // The same lock as at the sign-in: no second door to guess at.
    const there = await post(lender.app, "/beacon/api/sign-in", { email: ben.email, password: PASSWORD });
    expect(outcome(there)[1]).toBe("sign_in_throttled");
  });
});

describe("while somebody else is signed in in the same browser", () => {
  test("nothing is accepted and nobody is signed out; the answer names who it is", async () => {
    const ana = await known();
    const { email, token } = await invited();
    const answer = await accept({ token, name: "Ben", password: PASSWORD }, ana.headers);
    expect(outcome(answer)).toEqual([409, "signed_in_as_other"]);
    expect(answer.json()["signed_in_as"]).toEqual({ email: ana.email, name: ana.name });
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect([await isMember(email), await isMember(ana.email)]).toEqual([false, false]);
    expect((await me(ana.headers)).email).toBe(ana.email);
    const view = await post(lender.app, "/beacon/api/invitations/look", { token }, ana.headers);
    expect(view.json()).toMatchObject({ email, signed_in_as: { email: ana.email }, signed_in_as_invited: false });
  });

  test("they are signed out only when that is asked for, and then for good", async () => {
    const ana = await known();
    const { email, token } = await invited();
    const answer = await accept({ token, name: "Ben", password: PASSWORD, replace_sign_in: true }, ana.headers);
    expect((await me(signInOf(answer))).email).toBe(email);
    expect((await me(ana.headers)).code).toBe("sign_in_required");
  });

  test("they stay signed in when the accepting fails", async () => {
    const ana = await known();
    const { token } = await invited();
    const answer = await accept({ token, name: "Ben", password: "short", replace_sign_in: true }, ana.headers);
    expect(outcome(answer)).toEqual([422, "password_weak"]);
    expect((await me(ana.headers)).email).toBe(ana.email);
  });
});

describe("a link", () => {
  test.each(["", "x", "x".repeat(43), "a\u0000b", "x".repeat(201)])(
    "that nobody sent opens nothing: %j",
    async (token) => {
      const [status, code] = outcome(await accept({ token, name: "Ben", password: PASSWORD }));
      expect([
        [404, "invitation_unknown"],
        [422, "body_invalid"],
      ]).toContainEqual([status, code]);
    },
  );

  test("fetched with GET, as scanners of mails do, is at most an empty page and changes nothing", async () => {
    const { token } = await invited();
    // The page itself, where it is built: the same for every token, which stands behind # and is never sent.
    expect(
      (await lender.app.inject({ method: "GET", url: "/beacon/invitation" })).headers["set-cookie"],
    ).toBeUndefined();
    for (const url of ["/beacon/api/invitations/accept", "/beacon/api/invitations/look"]) {
      expect((await lender.app.inject({ method: "GET", url })).statusCode).toBeGreaterThanOrEqual(400);
    }
    expect((await accept({ token, name: "Ben", password: PASSWORD })).statusCode).toBe(200);
  });
});
