import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

let uid: string;
let made = 0;
beforeEach(() => {
  uid = `PERSON-${String((made += 1)).padStart(5, "0")}-x`;
});

async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name)!;
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps: lender.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

async function create(kind: "test" | "production" = "test"): Promise<string> {
  const { apiKey, integrationId } = lender.deployment[kind];
  const answer = await postTokens(
    lender.app,
    { uid, integration_id: integrationId },
    { headers: { "api-key": apiKey } },
  );
  return answer.json<{ session_id: string }>().session_id;
}

describe("erase", () => {
  test("of a uid in one environment needs nothing else, and saying it again finds the same erasure", async () => {
    const sessionId = await create();
    const first = await cli("erase", uid, "--json");
    expect(first.json().erasures).toEqual([
      expect.objectContaining({ session_id: sessionId, state: "requested", requested_by: "cli:ana" }),
    ]);
    const again = await cli("erase", uid, "--json");
    expect(again.json().erasures[0].erasure_id).toBe(first.json().erasures[0].erasure_id);
    expect((await cli("erase", uid)).out).toContain("Out of sight already");
  });

  test("of a uid in several environments asks which, and does nothing until it is told", async () => {
    await create();
    await create("production");
    const asked = await cli("erase", uid);
    expect(asked).toMatchObject({ code: 1, out: "" });
    expect(asked.note).toContain(lender.deployment.production.integrationId);
    const one = await cli("erase", uid, "--integration", lender.deployment.production.integrationId, "--json");
    expect(one.json().erasures).toHaveLength(1);
    expect((await cli("erase", uid, "--everywhere", "--json")).json().erasures).toHaveLength(2);
  });

  test("of an unknown uid says so", async () => {
    expect(await cli("erase", "NOBODY-1")).toMatchObject({ code: 1, note: expect.stringContaining('"NOBODY-1"') });
  });

  test("with --wait does not wait for a legal hold, and says that there is one", async () => {
    const sessionId = await create();
    const hold = (await cli("hold", "place", "--session", sessionId, "--reason", "A case", "--json")).json();
    const { code, out } = await cli("erase", sessionId, "--wait");
    expect(code).toBe(0);
    expect(out).toContain("held (a legal hold is in force)");
    expect((await cli("hold", "release", hold.hold_id, "--json")).json().released_by).toBe("cli:ana");
    expect((await cli("erasure", "list", "--limit", "1", "--json")).json().items[0].session_id).toBe(sessionId);
  });
});

describe("hold", () => {
  test("is listed while in force, and with --all afterwards", async () => {
    const placed = (await cli("hold", "place", "--everything", "--reason", "An inquiry", "--json")).json();
    expect(placed).toMatchObject({ session_id: null, reason: "An inquiry", placed_by: "cli:ana", released_at: null });
    expect((await cli("hold", "list")).out).toContain("the whole company");
    await cli("hold", "release", placed.hold_id);
    expect((await cli("hold", "list", "--json")).json().items).toEqual([]);
    expect((await cli("hold", "list", "--all", "--json")).json().items.length).toBeGreaterThan(0);
  });

  test("wants to know what to keep and why", async () => {
    expect(await cli("hold", "place", "--reason", "x")).toMatchObject({ code: 2 });
    expect(await cli("hold", "place", "--reason", "x", "--everything", "--session", "ses_1")).toMatchObject({
      code: 2,
    });
    expect(await cli("hold", "place", "--reason", " ", "--everything")).toMatchObject({ code: 2 });
    expect(await cli("hold", "place", "--reason", "x", "--session", "ses_none")).toMatchObject({ code: 1 });
    expect(await cli("hold", "release", "hld_none")).toMatchObject({ code: 1 });
  });
});

describe("retention", () => {
  test("is shown for each environment, and set where it belongs", async () => {
    const { deploymentId } = await newDeployment(lender, { company: "Kept", name: "Loans" });
    const company = (await cli("company", "list", "--json")).json().companies.at(-1).company_id;
    const here = ["--company", company];
    const set = await cli(
      "deployment",
      "set",
      deploymentId,
      "--env",
      "test",
      "--inputs-days",
      "none",
      "--results-days",
      "400",
      ...here,
    );
    expect(set.code).toBe(0);
    await cli("retention", "set", "--audit-days", "3650", ...here);
    expect((await cli("retention", "show", "--json", ...here)).json()).toMatchObject({
      audit_days: 3650,
      environments: expect.arrayContaining([
        expect.objectContaining({ inputs_days: null, results_days: 400, deliveries_days: 180 }),
        expect.objectContaining({ inputs_days: 760, results_days: 1825, deliveries_days: 180 }),
      ]),
    });
    expect((await cli("retention", "show", ...here)).out).toContain("for ever");
    expect((await cli("retention", "run", ...here, "--json")).json()).toEqual({
      removed: { inputs: 0, results: 0, deliveries: 0, audit_entries: 0 },
    });
    const refused = await cli("deployment", "set", deploymentId, "--env", "test", "--results-days", "1", ...here);
    expect(refused).toMatchObject({ code: 1, note: expect.stringContaining("takes at least 7") });
    expect(await cli("retention", "set", "--audit-days", "5", ...here)).toMatchObject({ code: 2 });
  });
});
