import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { issueSignIn } from "./sign-in/sign-in.ts";

let lender: TestLender;
let admin: TestPerson;

beforeAll(async () => {
  lender = await testLender();
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});
afterAll(() => lender.close());

function me(headers: Readonly<Record<string, string>>) {
  return lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } });
}

async function freshPerson(): Promise<TestPerson> {
  return signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
}

describe("a sign-in", () => {
  test("shows its person and the token that changing calls carry, and is kept by no cache", async () => {
    const answer = await me(admin.headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ user_id: admin.userId, csrf_token: admin.headers["x-csrf-token"] });
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  test("is a cookie that only the server reads, that no other site sends and no plain connection carries", async () => {
    const { cookie } = await issueSignIn(lender.deps, {
      userId: admin.userId,
      method: "password",
      origin: null,
      agent: null,
      secondFactor: true,
    });
    expect(cookie).toMatch(/^__Host-ts_beacon=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  test.each([
    ["revoked", "UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1"],
    ["past its end", "UPDATE user_sessions SET expires_at = now() WHERE user_id = $1"],
    ["of a disabled person", "UPDATE users SET disabled_at = now() WHERE user_id = $1"],
  ])("that is %s opens nothing from that moment on", async (_what, sql) => {
    const person = await freshPerson();
    expect((await me(person.headers)).statusCode).toBe(200);
    await lender.deps.db.query(sql, [person.userId]);
    const answer = await me(person.headers);
    expect([answer.statusCode, answer.json().code]).toEqual([401, "sign_in_required"]);
  });

  test.each(["", "__Host-ts_beacon=", "__Host-ts_beacon=short", `__Host-ts_beacon=${"a".repeat(43)}`, "ts_beacon=x"])(
    "can not be made up: %j",
    async (cookie) => {
      const answer = await me({ cookie });
      expect([answer.statusCode, answer.json().code]).toEqual([401, "sign_in_required"]);
    },
  );

  test("is stored as a keyed hash only: the token stands in no table", async () => {
    const token = admin.headers.cookie.slice(admin.headers.cookie.indexOf("=") + 1);
    const rows = await lender.deps.db.query<{ row: string }>("SELECT s::text AS row FROM user_sessions s");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(token))).toEqual([]);
  });
});

describe("a member who is only half signed in", () => {
  test("learns at /me what is missing, and gets nothing of a company before it is given", async () => {
    const person = await freshPerson();
    await lender.deps.db.query("UPDATE users SET totp_ciphertext = 'x', totp_confirmed_at = now() WHERE user_id = $1", [
      person.userId,
    ]);
    await lender.deps.db.query("UPDATE user_sessions SET second_factor_at = NULL WHERE user_id = $1", [person.userId]);
    expect((await me(person.headers)).json()).toMatchObject({ second_factor: true, second_factor_required: true });
  });
});
