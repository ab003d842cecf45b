import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { recordReading, sealCompany } from "./service.ts";

let lender: TestLender;
let admin: TestPerson;
beforeAll(async () => {
  lender = await testLender();
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});
afterAll(() => lender.close());

async function get(path: string) {
  const { companyId } = lender.deployment;
  return lender.app.inject({
    method: "GET",
    url: `/beacon/api/companies/${companyId}/audit${path}`,
    headers: { ...admin.headers },
  });
}

async function read(targetId: string): Promise<void> {
  await recordReading(lender.deps, {
    companyId: lender.deployment.companyId,
    actor: { id: "user:usr_reader", origin: "203.0.113.9" },
    action: "result.read",
    targetType: "session",
    targetId,
  });
}

interface Page {
  readonly items: readonly { readonly target_id: string; readonly chain_seq: number | null; readonly origin: string }[];
  readonly next: string | null;
}

test("the list is paged without losing or repeating one of many entries of the same moment", async () => {
  await Promise.all(Array.from({ length: 60 }, (_, i) => read(`ses_${i}`)));
  const seen: string[] = [];
  let after = "";
  for (;;) {
    const page = (await get(`?action=result&limit=7${after}`)).json<Page>();
    seen.push(...page.items.map((item) => item.target_id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(seen.length).toBe(60);
  expect(new Set(seen).size).toBe(60);
});

test("an entry shows from where it came, and its place in the chain once it is sealed", async () => {
  await read("ses_place");
  const find = async () => (await get("?target_id=ses_place")).json<Page>().items[0];
  expect(await find()).toMatchObject({ origin: "203.0.113.9", chain_seq: null });
  await sealCompany(lender.deps, lender.deployment.companyId);
  expect((await find())?.chain_seq).toBeGreaterThan(0);
});

test("the export is a file of all entries, and stands in the log itself with its filter and who took it", async () => {
  await Promise.all(Array.from({ length: 40 }, (_, i) => read(`ses_bulk_${i}`)));
  const answer = await get("/export?format=csv&actor=user:usr_reader");
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toContain("text/csv");
  expect(answer.headers["content-disposition"]).toBe('attachment; filename="audit.csv"');
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.body.trimEnd().split("\r\n").length).toBe(1 + 60 + 1 + 40);
  const [told] = (await get("?action=audit.exported")).json<{ items: readonly object[] }>().items;
  expect(told).toMatchObject({
    actor: `user:${admin.userId}`,
    details: { format: "csv", actor: "user:usr_reader" },
  });
});

test("a parameter that is none, a time that is none and a foreign cursor are refused by name", async () => {
  for (const [path, word] of [
    ["?colour=red", "colour"],
    ["?from=yesterday", "from"],
    ["?limit=5000", "limit"],
    ["?after=abc", "after"],
    ["/export?format=pdf", "format"],
  ] as const) {
    const answer = await get(path);
    expect(answer.statusCode, path).toBe(422);
    expect(answer.json<{ code: string; detail: string }>()).toMatchObject({
      code: "query_invalid",
      detail: expect.stringContaining(word),
    });
  }
});
