import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cliActor } from "../../audit/service.ts";
import { createCompany } from "../../companies/service.ts";
import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../../testing/people.ts";
import { outcome, post, tokenIn } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
let ana: TestPerson;
let made = 0;

beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());
beforeEach(async () => {
  ({ companyId } = await createCompany(lender.deps, { name: "Lender <& Sons>", actor: cliActor("op") }));
  ana = await signedInMember(lender.deps, { companyId, role: "admin" });
});

function freshEmail(): string {
  made += 1;
  return `invited-${made}@tallystick.test`;
}

function path(rest = ""): string {
  return `/beacon/api/companies/${companyId}/invitations${rest}`;
}

function invite(email: string, role = "viewer") {
  return post(lender.app, path(), { email, role }, ana.headers);
}

function look(token: string) {
  return post(lender.app, "/beacon/api/invitations/look", { token });
}

async function endTime(email: string): Promise<void> {
  await lender.deps.db.query(
    "UPDATE invitations SET expires_at = now() WHERE company_id = $1::text AND email = $2::text",
    [companyId, email],
  );
}

describe("an invitation", () => {
  test("is a mail whose link carries the token behind #, where no request, proxy or scanner of links gets it", async () => {
    const email = freshEmail();
    const answer = await invite(email);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      201,
      { email, role: "viewer", state: "open", mail: "sent", invited_by: `user:${ana.userId}` },
    ]);
    const mail = lender.mailbox.lastTo(email);
    expect(mail.text).toMatch(/^http:\/\/127\.0\.0\.1:8080\/beacon\/invitation#[\w-]{43}$/m);
    expect(mail.text).toContain("valid for 24 hours");
    expect(answer.json()["expires_at"] - answer.json()["created_at"]).toBe(24 * 3600);
  });

  test("is the same in plain text and HTML, without pictures, scripts or addresses of others, and names are only text", async () => {
    const email = freshEmail();
    await invite(email, "admin");
    const { html, text, subject } = lender.mailbox.lastTo(email);
    expect(subject).toBe("Invitation to Lender <& Sons> on Tallystick");
    expect(html).toContain("Lender &#60;&#38; Sons&#62;");
    expect(html).not.toMatch(/<img|<script|<link|url\(/);
    const addresses = [...html.matchAll(/https?:\/\/[^"<\s]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(text.match(/https?:\/\/\S+/g)));
  });

  test("shows its token to nobody but the mail: not to the admin, not in the database, not in the audit log", async () => {
    const email = freshEmail();
    const answer = await invite(email);
    const token = tokenIn(lender.mailbox, email);
    const list = await lender.app.inject({ method: "GET", url: path(), headers: { ...ana.headers } });
    const rows = await lender.deps.db.query<{ row: string }>(
      "SELECT i::text AS row FROM invitations i UNION ALL SELECT a::text FROM audit_entries a",
    );
    for (const text of [answer.body, list.body, ...rows.map(({ row }) => row)]) expect(text).not.toContain(token);
  });

  test("can be looked at any number of times without using it up", async () => {
    const email = freshEmail();
    await invite(email);
    const token = tokenIn(lender.mailbox, email);
    for (const _ of [1, 2, 3]) {
      expect((await look(token)).json()).toMatchObject({
        company_name: "Lender <& Sons>",
        email,
        role: "viewer",
        account: "new",
        signed_in_as: null,
      });
    }
  });

  test("that can not be mailed says so, stands, and can be sent again", async () => {
    const broken = await testLender();
    try {
      const admin = await signedInMember(broken.deps, { companyId: broken.deployment.companyId, role: "admin" });
      broken.mailbox.breakDown();
      const url = `/beacon/api/companies/${broken.deployment.companyId}/invitations`;
      const answer = await post(broken.app, url, { email: "ben@tallystick.test", role: "viewer" }, admin.headers);
      expect([answer.statusCode, answer.json()]).toMatchObject([201, { state: "open", mail: "failed" }]);
      const again = await post(broken.app, `${url}/${answer.json()["invitation_id"]}/resend`, {}, admin.headers);
      expect([again.statusCode, again.json()]).toMatchObject([200, { mail: "failed" }]);
    } finally {
      await broken.close();
    }
  });

  test.each([
    "",
    "ana",
    "ana@",
    "a b@lender.example",
    "ana@lender.example, ben@lender.example",
    "ana@lender.example\nBcc: x@y.example",
  ])("goes to one address only: %j is refused", async (email) =>
    expect(outcome(await invite(email))).toEqual([422, "body_invalid"]),
  );
});

describe("an invitation to somebody", () => {
  test("who has an open one is refused, and names the one to send again", async () => {
    const email = freshEmail();
    const first = (await invite(email)).json()["invitation_id"];
    const second = await invite(email.toUpperCase());
    expect(outcome(second)).toEqual([409, "invitation_open"]);
    expect(second.json()["invitation_id"]).toBe(first);
  });

  test("at the same moment from several admins is sent once", async () => {
    const email = freshEmail();
    const answers = await Promise.all(Array.from({ length: 6 }, () => invite(email)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(5);
    expect(lender.mailbox.mails.filter(({ to }) => to === email)).toHaveLength(1);
  });

  test("who is a member is refused with the role they have", async () => {
    const ben = await signedInMember(lender.deps, { companyId, role: "admin" });
    const [row] = await lender.deps.db.query<{ email: string }>("SELECT email FROM users WHERE user_id = $1::text", [
      ben.userId,
    ]);
    const answer = await invite(row?.email ?? "");
    expect(outcome(answer)).toEqual([409, "already_member"]);
    expect(answer.json()["detail"]).toContain("as admin");
  });

  test("whose invitation ran out is a new one, and the list tells them apart", async () => {
    const email = freshEmail();
    await invite(email);
    await endTime(email);
    expect((await invite(email)).statusCode).toBe(201);
    const list = await lender.app.inject({ method: "GET", url: path(), headers: { ...ana.headers } });
    expect(list.json()["items"]).toMatchObject([
      { email, state: "open" },
      { email, state: "revoked" },
    ]);
  });
});

describe("an invitation that is sent again", () => {
  test("has a new link for another 24 hours, and the old link is dead", async () => {
    const email = freshEmail();
    const { invitation_id: id } = (await invite(email)).json() as { invitation_id: string };
    const old = tokenIn(lender.mailbox, email);
    await endTime(email);
    expect(outcome(await look(old))).toEqual([410, "invitation_expired"]);
    expect((await post(lender.app, path(`/${id}/resend`), {}, ana.headers)).json()).toMatchObject({ state: "open" });
    expect(outcome(await look(old))).toEqual([404, "invitation_unknown"]);
    expect((await look(tokenIn(lender.mailbox, email))).statusCode).toBe(200);
  });

  test("is refused when it is over", async () => {
    const { invitation_id: id } = (await invite(freshEmail())).json() as { invitation_id: string };
    await lender.app.inject({ method: "DELETE", url: path(`/${id}`), headers: { ...ana.headers } });
    expect(outcome(await post(lender.app, path(`/${id}/resend`), {}, ana.headers))).toEqual([409, "invitation_closed"]);
  });
});

describe("an invitation that is withdrawn", () => {
  test("opens nothing any more; withdrawing it twice is no error", async () => {
    const email = freshEmail();
    const { invitation_id: id } = (await invite(email)).json() as { invitation_id: string };
    const withdraw = () => lender.app.inject({ method: "DELETE", url: path(`/${id}`), headers: { ...ana.headers } });
    expect((await withdraw()).statusCode).toBe(204);
    expect((await withdraw()).statusCode).toBe(204);
    expect(outcome(await look(tokenIn(lender.mailbox, email)))).toEqual([404, "invitation_unknown"]);
  });

  test("goes with the member of the same address who is removed", async () => {
    const email = freshEmail();
    await invite(email);
    const token = tokenIn(lender.mailbox, email);
    const ben = await signedInMember(lender.deps, { companyId, role: "viewer" });
    await lender.deps.db.query("UPDATE users SET email = $2::text, email_key = $2::text WHERE user_id = $1::text", [
      ben.userId,
      email,
    ]);
    await lender.app.inject({
      method: "DELETE",
      url: `/beacon/api/companies/${companyId}/members/${ben.userId}`,
      headers: { ...ana.headers },
    });
    expect(outcome(await look(token))).toEqual([404, "invitation_unknown"]);
  });
});

test("a stolen sign-in can not flood strangers with mails", async () => {
  const answers = [];
  for (let i = 0; i < 31; i++) answers.push(await invite(freshEmail()));
  expect(answers.slice(0, 30).every(({ statusCode }) => statusCode === 201)).toBe(true);
  expect(outcome(answers[30]!)).toEqual([429, "rate_limited"]);
  expect(Number(answers[30]!.headers["retry-after"])).toBeGreaterThan(60);
});
