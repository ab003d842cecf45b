import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sessionCalls, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { runCommand } from "../command.ts";
import { sessionCommands } from "./session.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, setState } = sessionCalls(() => lender);

async function cli(name: "show" | "reopen" | "cancel", ...argv: string[]) {
  const command = sessionCommands.find((each) => each.name === `session ${name}`);
  if (command === undefined) throw new Error("no such command");
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv, {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.resolve({ deps: lender.deps, close: () => Promise.resolve() }),
  });
  return { code, ...seen };
}

describe("session", () => {
  test("show finds it by uid or id and says what can be done", async () => {
    const { session_id } = (await create("CLI-1001")).json();
    await create("cli-1001");
    for (const name of ["CLI-1001", session_id]) {
      const { code, out } = await cli("show", name);
      expect(code).toBe(0);
      expect(out).toContain(session_id);
      expect(out).toContain("near duplicate  cli-1001 (created, here)");
      expect(out).toContain(`To go on: tallystick session cancel ${session_id}`);
    }
    expect(JSON.parse((await cli("show", "CLI-1001", "--json")).out)).toMatchObject({
      session_id,
      uid: "CLI-1001",
      state: "created",
      can_cancel: true,
    });
  });

  test("cancel and reopen act, and the record names the person at the terminal", async () => {
    const { session_id } = (await create("CLI-1002")).json();
    expect((await cli("cancel", "CLI-1002")).out).toContain("cancelled, CANCELLED_BY_LENDER");
    expect(await cli("cancel", "CLI-1002")).toMatchObject({ code: 0 });
    const reopened = await cli("reopen", session_id);
    expect(reopened.out).toContain("earlier run");
    expect(reopened.out).toContain("waits until");
    await setState("CLI-1002", "state = 'completed', ended_at = now()");
    expect(await cli("reopen", session_id)).toMatchObject({ code: 1, out: "" });
    expect((await cli("cancel", session_id)).note).toContain("The journey is completed; nothing is left to cancel.");
    const rows = await lender.deps.db.query(
      "SELECT actor, action FROM audit_entries WHERE company_id = $1 AND target_id = $2 ORDER BY audit_id",
      [lender.deployment.companyId, session_id],
    );
    expect(rows).toEqual([
      { actor: "cli:ana", action: "session.cancelled" },
      { actor: "cli:ana", action: "session.reopened" },
    ]);
  });

  test("a uid of two environments is not guessed: both are named, and --integration decides", async () => {
    const { production, test: side } = lender.deployment;
    await create("CLI-1003");
    const body = { uid: "CLI-1003", integration_id: production.integrationId };
    await postTokens(lender.app, body, { headers: { "api-key": production.apiKey } });
    const asked = await cli("cancel", "CLI-1003");
    expect(asked.code).toBe(1);
    expect(asked.note).toContain(`${side.integrationId} (Test of "Loans"): created`);
    expect(asked.note).toContain(`${production.integrationId} (Production of "Loans"): created`);
    const done = await cli("cancel", "CLI-1003", "--integration", production.integrationId);
    expect(done.out).toContain(production.integrationId);
    expect((await cli("show", "CLI-1003", "--integration", side.integrationId)).out).toContain("created");
  });

  test("says where a uid is when it is not where it was looked for, and when it is nowhere", async () => {
    await create("CLI-1004");
    const { production } = lender.deployment;
    const elsewhere = await cli("show", "CLI-1004", "--integration", production.integrationId);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.note).toContain(`${lender.deployment.test.integrationId} (Test of "Loans")`);
    expect((await cli("show", "cli-1004")).note).toContain('Nearly the same: "CLI-1004".');
    expect((await cli("show", "NOWHERE-1004")).note).toContain("exactly as it was sent");
  });
});
