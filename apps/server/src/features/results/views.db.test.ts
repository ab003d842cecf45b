import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { openDatabase, type Database } from "../../infra/database.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";

let lender: TestLender;
let owner: Database;
let person: TestPerson;
beforeAll(async () => {
  lender = await testLender();
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  person = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
});

const WISH = {
  name: "Low this week",
  filter: { environment: "production", confidence: ["LOW"] },
  columns: ["uid", "score"],
};

function call(
  method: "GET" | "POST" | "DELETE",
  more: { path?: string; body?: object; as?: TestPerson; company?: string } = {},
) {
  const { path = "", body, as = person, company = lender.deployment.companyId } = more;
  return lender.app.inject({
    method,
    url: `/beacon/api/companies/${company}/result-views${path}`,
    headers: as.headers,
    ...(body !== undefined && { payload: body }),
  });
}

const save = (more: object = {}, as: TestPerson = person) => call("POST", { body: { ...WISH, ...more }, as });

async function names(as: TestPerson = person): Promise<readonly string[]> {
  return (await call("GET", { as })).json().items.map((view: { name: string }) => view.name);
}

test("a view is kept as it was saved, for who saved it alone", async () => {
  const saved = await save();
  expect(saved.statusCode, saved.body).toBe(200);
  expect(saved.json()).toMatchObject(WISH);
  expect((await call("GET")).json()).toEqual({ items: [saved.json()] });
  const colleague = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
  expect(await names(colleague)).toEqual([]);
  const foreign = await call("DELETE", { path: `/${saved.json().view_id}`, as: colleague });
  expect([foreign.statusCode, foreign.json().code]).toEqual([404, "result_view_unknown"]);
  expect((await call("DELETE", { path: `/${saved.json().view_id}` })).statusCode).toBe(204);
  expect(await names()).toEqual([]);
});

test("names are unique whatever their case, until the one there is to be replaced", async () => {
  const first = (await save()).json();
  const again = await save({ name: "LOW this week" });
  expect([again.statusCode, again.json().code]).toEqual([409, "result_view_name_taken"]);
  const replaced = (await save({ name: "LOW this week", columns: ["score"], replace: true })).json();
  expect(replaced).toMatchObject({ view_id: first.view_id, name: "LOW this week", columns: ["score"] });
  expect(await names()).toEqual(["LOW this week"]);
  await save({ name: "Another" });
  expect(await names()).toEqual(["Another", "LOW this week"]);
});

test("how a uid begins is never kept, and a filter that is none is refused", async () => {
  const bad: readonly object[] = [
    { filter: { ...WISH.filter, uid_prefix: "APP" } },
    { filter: { confidence: ["LOW"] } },
    { filter: { ...WISH.filter, limit: 5 } },
    { columns: [] },
    { columns: ["uid", "uid"] },
    { columns: ["password"] },
    { name: "  " },
    { name: "a\u0007b" },
    { name: "x".repeat(61) },
  ];
  for (const more of bad) expect((await save(more)).json().code, JSON.stringify(more)).toBe("body_invalid");
  expect(await names()).toEqual([]);
});

test("fifty are kept and no more, also of many saved at once; writing over one is still possible", async () => {
  for (let n = 1; n <= 48; n += 1) await save({ name: `View ${n}` });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => save({ name: `Late ${n}` })));
  expect(
    answers
      .map(({ statusCode }) => String(statusCode))
      .toSorted()
      .join(),
  ).toBe("200,200,409,409,409,409");
  expect(await names()).toHaveLength(50);
  expect((await save({ name: "One more" })).json().code).toBe("result_views_full");
  expect((await save({ name: "View 7", replace: true })).statusCode).toBe(200);
});

test("who leaves the company leaves no view, and who belongs to two has those of each apart", async () => {
  await save();
  const other = await newDeployment(lender, { company: "Second", name: "Loans" });
  await owner.query("INSERT INTO memberships (company_id, user_id, role) VALUES ($1, $2, 'viewer')", [
    other.companyId,
    person.userId,
  ]);
  expect((await call("GET", { company: other.companyId })).json().items).toEqual([]);
  await call("POST", { body: { ...WISH, name: "Theirs" }, company: other.companyId });
  await lender.deps.db.query("DELETE FROM memberships WHERE company_id = $1 AND user_id = $2", [
    lender.deployment.companyId,
    person.userId,
  ]);
  const left = await owner.query("SELECT name FROM result_views WHERE user_id = $1", [person.userId]);
  expect(left).toEqual([{ name: "Theirs" }]);
});
