import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../../features/audit/service.ts";
import { createCompany } from "../../features/companies/service.ts";
import { createMailer } from "../../infra/mail.ts";
import { signedInMember } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;
let dataDir: string;
let companyId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "outbox-"));
  store = await testDeps({ config: { dataDir } });
  ({ companyId } = await createCompany(store.deps, { name: "Acme", actor: SYSTEM }));
});
afterAll(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

/** As an operator whose server has no SMTP_URL. */
async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name);
  if (command === undefined) throw new Error(`no command ${argv.join(" ")}`);
  const seen = { out: "", note: "" };
  const deps = { ...store.deps, mail: createMailer(store.deps.config, store.deps.log) };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "op" },
    openDeps: async () => ({ deps, close: async () => undefined }),
  });
  return { code, ...seen };
}

describe("user invite", () => {
  test("prints a link that opens the invitation, and the outbox holds the same one", async () => {
    const { code, out } = await cli("user", "invite", "ben@lender.example", "--role", "admin", "--json");
    expect(code).toBe(0);
    const sent = JSON.parse(out) as Record<string, string>;
    expect(sent).toMatchObject({ company_id: companyId, email: "ben@lender.example", role: "admin", mail: "outbox" });
    expect(sent["link"]).toMatch(/\/beacon\/invitation#[\w-]{43}$/);
    expect((await cli("outbox", "list")).out).toContain("ben@lender.example");
    expect((await cli("outbox", "show", "last")).out).toContain(sent["link"]);
    const audit = await store.deps.db.query(
      "SELECT actor, details FROM audit_entries WHERE company_id = $1::text AND action = 'invitation.created'",
      [companyId],
    );
    expect(audit).toEqual([{ actor: "cli:op", details: { role: "admin" } }]);
  });

  test("says in words what is wrong, and what kind of wrong", async () => {
    expect(await cli("user", "invite", "ben", "--role", "viewer")).toMatchObject({
      code: 1,
      note: expect.stringContaining("is no e-mail address"),
    });
    expect(await cli("user", "invite", "x@lender.example", "--role", "boss")).toMatchObject({
      code: 2,
      note: expect.stringContaining("admin or viewer"),
    });
    expect(await cli("user", "invite", "ben@lender.example")).toMatchObject({
      code: 1,
      note: expect.stringContaining("--again"),
    });
  });

  test("--again gives a new link and ends the old one, and user invitations shows both", async () => {
    const again = await cli("user", "invite", "Ben@lender.example", "--again", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ role: "viewer", state: "open" });
    const list = JSON.parse((await cli("user", "invitations", "--json")).out) as { invitations: { state: string }[] };
    expect(list.invitations.map(({ state }) => state)).toEqual(["open", "revoked"]);
    expect((await cli("user", "invitations")).out).toContain("ben@lender.example");
  });
});

describe("user members, role and remove", () => {
  test("change the team by address or id, and keep its last admin", async () => {
    const ana = await signedInMember(store.deps, { companyId, role: "admin" });
    const ben = await signedInMember(store.deps, { companyId, role: "viewer" });
    const members = JSON.parse((await cli("user", "members", "--json")).out) as {
      members: { user_id: string; email: string; role: string }[];
    };
    expect(members.members.map(({ user_id, role }) => [user_id, role])).toEqual([
      [ana.userId, "admin"],
      [ben.userId, "viewer"],
    ]);
    const email = members.members[1]?.email ?? "";
    expect((await cli("user", "role", email.toUpperCase(), "admin")).out).toContain("is admin now");
    expect((await cli("user", "remove", ana.userId)).code).toBe(0);
    expect(await cli("user", "remove", email)).toMatchObject({ code: 1, note: expect.stringContaining("last admin") });
    expect(await cli("user", "remove", "nobody@lender.example")).toMatchObject({
      code: 1,
      note: expect.stringContaining("There is no member"),
    });
  });
});

test("outbox show names the list when there is no such mail", async () => {
  expect(await cli("outbox", "show", "../first-run")).toMatchObject({
    code: 1,
    note: expect.stringContaining("tallystick outbox list"),
  });
});
