import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, signInAs } from "../../../testing/people.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { outcome, PASSWORD, post, tokenIn } from "../testing/team.ts";

const NEW = "nine loud tally stones";

let lender: TestLender;

beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());

async function person() {
  const { userId, headers } = await signedInMember(lender.deps, {
    companyId: lender.deployment.companyId,
    role: "viewer",
  });
  const rows = await lender.deps.db.query<{ email: string }>(
    "UPDATE users SET password_hash = $2::text, must_change_password = true WHERE user_id = $1::text RETURNING email",
    [userId, await hashPassword(PASSWORD)],
  );
  return { userId, headers, email: rows[0]?.email ?? "" };
}

async function ask(email: string) {
  const answer = await post(lender.app, "/beacon/api/password-reset", { email });
  await lender.mailbox.settle();
  return answer;
}

function finish(token: string, password = NEW) {
  return post(lender.app, "/beacon/api/password-reset/finish", { token, password });
}

function mailsTo(email: string): number {
  return lender.mailbox.mails.filter(({ to }) => to === email).length;
}

async function isPassword(userId: string, password: string): Promise<boolean> {
  const rows = await lender.deps.db.query<{ password_hash: string }>(
    "SELECT password_hash FROM users WHERE user_id = $1::text",
    [userId],
  );
  return verifyPassword(rows[0]?.password_hash ?? null, password);
}

describe("asking for a new password", () => {
  test("is answered byte for byte alike for who has an account, who has none and who is switched off", async () => {
    const [ana, ben] = [await person(), await person()];
    await lender.deps.db.query("UPDATE users SET disabled_at = now() WHERE user_id = $1::text", [ben.userId]);
    const answers = [];
    for (const email of [ana.email, "nobody@tallystick.test", ben.email]) answers.push(await ask(email));
    const seen = answers.map(({ statusCode, body, headers }) => {
      const { "x-request-id": _id, date: _date, ...rest } = headers;
      return JSON.stringify([statusCode, body, rest]);
    });
    expect(new Set(seen).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(202);
    expect([mailsTo(ana.email), mailsTo("nobody@tallystick.test"), mailsTo(ben.email)]).toEqual([1, 0, 0]);
  });

  test("is answered before anything is looked up, so that the time tells nothing", async () => {
    const ana = await person();
    const answer = await post(lender.app, "/beacon/api/password-reset", { email: ana.email });
    expect([answer.statusCode, mailsTo(ana.email)]).toEqual([202, 0]);
    await lender.mailbox.settle();
    expect(mailsTo(ana.email)).toBe(1);
  });

  test("sends three mails an hour to one account, whatever the spelling; the answer stays the same", async () => {
    const ana = await person();
    const answers = [];
    for (const email of [ana.email, ana.email.toUpperCase(), ` ${ana.email}`, ana.email, ana.email]) {
      answers.push((await ask(email)).statusCode);
    }
    expect(answers).toEqual([202, 202, 202, 202, 202]);
    expect(mailsTo(ana.email)).toBe(3);
  });

  test("from one address is limited for all accounts alike, and says when to go on", async () => {
    const other = await testLender();
    try {
      const from = async (email: string) => (await post(other.app, "/beacon/api/password-reset", { email })).statusCode;
      const answers = await Promise.all(Array.from({ length: 32 }, (_, i) => from(`nobody-${i}@tallystick.test`)));
      expect(answers.filter((status) => status === 202)).toHaveLength(30);
      const refused = await post(other.app, "/beacon/api/password-reset", { email: "x@tallystick.test" });
      expect(outcome(refused)).toEqual([429, "rate_limited"]);
      expect(Number(refused.headers["retry-after"])).toBeGreaterThan(3500);
    } finally {
      await other.close();
    }
  });

  test("for an account without a password opens no second way in; the mail says how to come in", async () => {
    const ana = await person();
    await lender.deps.db.query("UPDATE users SET password_hash = NULL WHERE user_id = $1::text", [ana.userId]);
    await ask(ana.email);
    expect(lender.mailbox.lastTo(ana.email).text).not.toContain("#");
    expect(await lender.deps.db.query("SELECT 1 FROM password_resets WHERE user_id = $1::text", [ana.userId])).toEqual(
      [],
    );
  });
});

describe("the link of the mail", () => {
  test("sets the password, ends every sign-in, and signs nobody in", async () => {
    const ana = await person();
    const elsewhere = await signInAs(lender.deps, ana.userId);
    await ask(ana.email);
    const token = tokenIn(lender.mailbox, ana.email);
    expect(lender.mailbox.lastTo(ana.email).text).toMatch(/^http:\/\/127\.0\.0\.1:8080\/beacon\/password#[\w-]{43}$/m);
    const view = await post(lender.app, "/beacon/api/password-reset/look", { token });
    expect(view.json()).toMatchObject({ email: ana.email });
    const answer = await finish(token);
    expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([204, undefined]);
    expect([await isPassword(ana.userId, NEW), await isPassword(ana.userId, PASSWORD)]).toEqual([true, false]);
    for (const headers of [ana.headers, elsewhere]) {
      const me = await lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } });
      expect(outcome(me)).toEqual([401, "sign_in_required"]);
    }
    await lender.mailbox.settle();
    expect(lender.mailbox.lastTo(ana.email).kind).toBe("account_password");
  });

  test("does not switch off the second factor", async () => {
    const ana = await person();
    await lender.deps.db.query(
      "UPDATE users SET totp_ciphertext = 'x', totp_confirmed_at = now() WHERE user_id = $1::text",
      [ana.userId],
    );
    await ask(ana.email);
    await finish(tokenIn(lender.mailbox, ana.email));
    const me = await lender.app.inject({
      method: "GET",
      url: "/beacon/api/me",
      headers: { ...(await signInAs(lender.deps, ana.userId)) },
    });
    expect(me.json()).toMatchObject({ second_factor: true, password_change_required: false });
  });

  test("works once, also at the same moment, and ends the other links", async () => {
    const ana = await person();
    await ask(ana.email);
    const first = tokenIn(lender.mailbox, ana.email);
    await ask(ana.email);
    const second = tokenIn(lender.mailbox, ana.email);
    const answers = await Promise.all([NEW, `${NEW} 2`, `${NEW} 3`].map((password) => finish(second, password)));
    expect(answers.filter(({ statusCode }) => statusCode === 204)).toHaveLength(1);
    expect(answers.filter((answer) => outcome(answer)[1] === "reset_invalid")).toHaveLength(2);
    expect(outcome(await finish(first))).toEqual([410, "reset_invalid"]);
  });

  test("stays good when the password was too weak, and is over after an hour", async () => {
    const ana = await person();
    await ask(ana.email);
    const token = tokenIn(lender.mailbox, ana.email);
    expect(outcome(await finish(token, "short"))).toEqual([422, "password_weak"]);
    expect((await post(lender.app, "/beacon/api/password-reset/look", { token })).statusCode).toBe(200);
    const [row] = await lender.deps.db.query<{ minutes: number }>(
      `UPDATE password_resets SET expires_at = now() WHERE user_id = $1::text
       RETURNING extract(epoch FROM now() - created_at)::int / 60 AS minutes`,
      [ana.userId],
    );
    expect(row?.minutes).toBe(0);
    expect(outcome(await finish(token))).toEqual([410, "reset_invalid"]);
    expect(outcome(await post(lender.app, "/beacon/api/password-reset/look", { token }))).toEqual([
      410,
      "reset_invalid",
    ]);
  });

  test("of an account that was switched off meanwhile opens nothing", async () => {
    const ana = await person();
    await ask(ana.email);
    await lender.deps.db.query("UPDATE users SET disabled_at = now() WHERE user_id = $1::text", [ana.userId]);
    expect(outcome(await finish(tokenIn(lender.mailbox, ana.email)))).toEqual([410, "reset_invalid"]);
  });

  test("stands in no table, and the audit log of each company tells that it was asked for and used", async () => {
    const ana = await person();
    await ask(ana.email);
    const token = tokenIn(lender.mailbox, ana.email);
    await finish(token);
    const rows = await lender.deps.db.query<{ row: string }>(
      "SELECT r::text AS row FROM password_resets r UNION ALL SELECT a::text FROM audit_entries a",
    );
    expect(rows.filter(({ row }) => row.includes(token))).toEqual([]);
    const audit = await lender.deps.db.query(
      "SELECT actor, origin, action FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
      [lender.deployment.companyId, ana.userId],
    );
    expect(audit).toEqual([
      { actor: "system", origin: "127.0.0.1", action: "password.reset_requested" },
      { actor: `user:${ana.userId}`, origin: "127.0.0.1", action: "password.reset" },
    ]);
  });
});
