import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cliActor } from "../../audit/service.ts";
import { createCompany } from "../../companies/service.ts";
import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../../testing/people.ts";
import { changeRole, listMembers, removeMember } from "./members.ts";
import { outcome } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
let ana: TestPerson;

beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());
beforeEach(async () => {
  ({ companyId } = await createCompany(lender.deps, { name: "Team", actor: cliActor("op") }));
  ana = await newMember("admin");
});

function newMember(role: "admin" | "viewer"): Promise<TestPerson> {
  return signedInMember(lender.deps, { companyId, role });
}

function call(person: TestPerson, method: "GET" | "PATCH" | "DELETE", path = "", body?: object) {
  return lender.app.inject({
    method,
    url: `/beacon/api/companies/${companyId}/members${path}`,
    headers: { ...person.headers },
    ...(body !== undefined && { payload: body }),
  });
}

async function auditOf(userId: string): Promise<readonly unknown[]> {
  return lender.deps.db.query(
    "SELECT actor, action, details FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
    [companyId, userId],
  );
}

async function admins(): Promise<number> {
  const { items } = await listMembers(lender.deps, companyId, { limit: 100 });
  return items.filter(({ role }) => role === "admin").length;
}

describe("the list of members", () => {
  test("shows everybody in the order of joining, page by page, none twice and none left out", async () => {
    const others = [await newMember("viewer"), await newMember("admin"), await newMember("viewer")];
    const seen: string[] = [];
    let after = "";
    do {
      const page = (await call(ana, "GET", `?limit=2${after}`)).json() as {
        items: { user_id: string }[];
        next: string | null;
      };
      seen.push(...page.items.map(({ user_id }) => user_id));
      after = page.next === null ? "" : `&after=${page.next}`;
    } while (after !== "");
    expect(seen).toEqual([ana, ...others].map(({ userId }) => userId));
  });

  test("refuses a cursor that no page gave", async () => {
    const odd = Buffer.from(JSON.stringify(["yesterday", "usr_1"])).toString("base64url");
    expect(outcome(await call(ana, "GET", `?after=${odd}`))).toEqual([422, "query_invalid"]);
    expect(outcome(await call(ana, "GET", "?limit=0"))).toEqual([422, "query_invalid"]);
  });
});

describe("a role", () => {
  test("changes with the member's next request, and the audit log says from what to what", async () => {
    const ben = await newMember("viewer");
    expect(outcome(await call(ben, "GET"))).toEqual([403, "role_insufficient"]);
    expect((await call(ana, "PATCH", `/${ben.userId}`, { role: "admin" })).json()).toMatchObject({ role: "admin" });
    expect((await call(ben, "GET")).statusCode).toBe(200);
    expect(await auditOf(ben.userId)).toEqual([
      { actor: `user:${ana.userId}`, action: "member.role_changed", details: { role: ["viewer", "admin"] } },
    ]);
  });

  test("that is the same already is no change and no entry", async () => {
    const ben = await newMember("viewer");
    expect((await call(ana, "PATCH", `/${ben.userId}`, { role: "viewer" })).statusCode).toBe(200);
    expect(await auditOf(ben.userId)).toEqual([]);
  });
});

describe("a member who is removed", () => {
  test("has no access from that moment on", async () => {
    const ben = await newMember("admin");
    expect((await call(ben, "GET")).statusCode).toBe(200);
    expect((await call(ana, "DELETE", `/${ben.userId}`)).statusCode).toBe(204);
    expect(outcome(await call(ben, "GET"))).toEqual([404, "not_found"]);
    expect(await auditOf(ben.userId)).toMatchObject([{ action: "member.removed", details: { role: "admin" } }]);
  });

  test("keeps what they are in other companies", async () => {
    const ben = await newMember("viewer");
    const other = await createCompany(lender.deps, { name: "Other", actor: cliActor("op") });
    await lender.deps.db.query(
      "INSERT INTO memberships (company_id, user_id, role) VALUES ($1::text, $2::text, 'admin')",
      [other.companyId, ben.userId],
    );
    await call(ana, "DELETE", `/${ben.userId}`);
    const there = await lender.app.inject({
      method: "GET",
      url: `/beacon/api/companies/${other.companyId}/members`,
      headers: { ...ben.headers },
    });
    expect(there.statusCode).toBe(200);
  });

  test("is not there to be removed again", async () => {
    const ben = await newMember("viewer");
    await call(ana, "DELETE", `/${ben.userId}`);
    expect(outcome(await call(ana, "DELETE", `/${ben.userId}`))).toEqual([404, "not_found"]);
  });
});

describe("the last admin", () => {
  test("stays, by whatever way", async () => {
    await newMember("viewer");
    expect(outcome(await call(ana, "PATCH", `/${ana.userId}`, { role: "viewer" }))).toEqual([409, "last_admin"]);
    expect(outcome(await call(ana, "DELETE", `/${ana.userId}`))).toEqual([409, "last_admin"]);
    expect(await admins()).toBe(1);
  });

  test("is the last one although a disabled admin is left", async () => {
    const ben = await newMember("admin");
    await lender.deps.db.query("UPDATE users SET disabled_at = now() WHERE user_id = $1::text", [ben.userId]);
    expect(outcome(await call(ana, "DELETE", `/${ana.userId}`))).toEqual([409, "last_admin"]);
    // The disabled one may go: the company keeps the one who can sign in.
    expect((await call(ana, "DELETE", `/${ben.userId}`)).statusCode).toBe(204);
  });

  test("stays when all admins remove and demote each other at the same moment", async () => {
    const people = [ana, ...(await Promise.all(Array.from({ length: 7 }, () => newMember("admin"))))];
    const actor = cliActor("op");
    const results = await Promise.allSettled(
      people.map(({ userId }, i) =>
        i % 2 === 0
          ? removeMember(lender.deps, { companyId, userId, actor })
          : changeRole(lender.deps, { companyId, userId, role: "viewer", actor }),
      ),
    );
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(refused).toEqual([expect.objectContaining({ code: "last_admin" })]);
    expect(await admins()).toBe(1);
  });
});
