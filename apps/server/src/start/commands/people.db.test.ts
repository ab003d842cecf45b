import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { knownPerson, withSecondFactor } from "../../features/users/testing/account.ts";
import { post, signInOf } from "../../features/users/testing/team.ts";
import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember } from "../../testing/people.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let lender: TestLender;
let companyId: string;
beforeAll(async () => {
  lender = await testLender();
  ({ companyId } = lender.deployment);
  await signedInMember(lender.deps, { companyId, role: "admin" });
});
afterAll(() => lender.close());

async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name);
  if (command === undefined) throw new Error(`no command ${argv.join(" ")}`);
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "op" },
    openDeps: async () => ({ deps: lender.deps, close: async () => undefined }),
  });
  return { code, ...seen };
}

async function me(headers: Readonly<Record<string, string>>) {
  return lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { ...headers } });
}

async function auditOf(userId: string) {
  return lender.deps.db.query(
    "SELECT action, actor FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
    [companyId, userId],
  );
}

describe("user list", () => {
  test("shows everybody with the companies they belong to, and no secret", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const listed = JSON.parse((await cli("user", "list", "--json")).out);
    expect(listed.users.find(({ user_id: id }: { user_id: string }) => id === ana.userId)).toMatchObject({
      email: ana.email,
      second_factor: true,
      disabled: false,
      companies: [{ company_id: companyId, name: "Acme", role: "viewer" }],
    });
    const { out } = await cli("user", "list");
    expect(out).toContain("Acme (viewer)");
    expect(out + JSON.stringify(listed)).not.toMatch(/argon2|JBSWY/);
  });
});

describe("user disable", () => {
  test("ends every sign-in at once and lets in no other, until enable", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const { out } = await cli("user", "disable", ana.email.toUpperCase(), "--json");
    expect(JSON.parse(out)).toEqual({ user_id: ana.userId, disabled: true, ended_sign_ins: 1 });
    expect((await me(ana.headers)).statusCode).toBe(401);
    expect((await cli("user", "disable", ana.userId)).code).toBe(0);
    expect((await cli("user", "enable", ana.userId)).out).toContain("may sign in again");
    expect((await me(ana.headers)).statusCode).toBe(401);
    expect(await auditOf(ana.userId)).toEqual([
      { action: "user.disabled", actor: "cli:op" },
      { action: "user.enabled", actor: "cli:op" },
    ]);
  });

  test("leaves every company an admin who can sign in, also when two are switched off at once", async () => {
    const { companyId: elsewhere } = await newDeployment(lender, { company: "Small Lender", name: "Loans" });
    const [ana, ben] = await Promise.all(
      [1, 2].map(async () => signedInMember(lender.deps, { companyId: elsewhere, role: "admin" })),
    );
    const answers = await Promise.all([
      cli("user", "disable", ana?.userId ?? ""),
      cli("user", "disable", ben?.userId ?? ""),
    ]);
    expect(answers.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(answers.map(({ note }) => note).join("")).toContain("last admin of Small Lender");
  });
});

describe("user reset-password", () => {
  test("gives a password for one sign-in, ends the others, and changes nothing about the second factor", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    const { out } = await cli("user", "reset-password", ana.email, "--json");
    const { one_time_password: password } = JSON.parse(out) as { one_time_password: string };
    expect((await me(ana.headers)).statusCode).toBe(401);
    const answer = await post(lender.app, "/beacon/api/sign-in", { email: ana.email, password });
    expect(answer.json()).toMatchObject({ second_factor_required: true, password_change_required: true });
    expect(JSON.stringify(await auditOf(ana.userId))).not.toContain(password);
    expect(await auditOf(ana.userId)).toContainEqual({ action: "password.reset", actor: "cli:op" });
    const mail = lender.mailbox.lastTo(ana.email);
    expect(mail.subject).toContain("was reset");
    expect(mail.text).not.toContain(password);
  });
});

describe("user reset-second-factor", () => {
  test("leaves the password alone to open, and ends every sign-in", async () => {
    const ana = await withSecondFactor(lender.deps, companyId);
    expect((await cli("user", "reset-second-factor", ana.email)).out).toContain("really the person who asked");
    expect((await me(ana.headers)).statusCode).toBe(401);
    const answer = await post(lender.app, "/beacon/api/sign-in", {
      email: ana.email,
      password: "seven quiet tally sticks",
    });
    expect((await me(signInOf(answer))).json()).toMatchObject({ second_factor: false });
    expect(await cli("user", "reset-second-factor", ana.email)).toMatchObject({
      code: 1,
      note: expect.stringContaining("has no second factor"),
    });
  });
});

test.each(["disable", "enable", "reset-password", "reset-second-factor"])(
  "user %s says where to look for somebody who is not there",
  async (verb) => {
    expect(await cli("user", verb, "nobody@lender.example")).toMatchObject({
      code: 1,
      note: expect.stringContaining("tallystick user list"),
    });
    expect((await cli("user", verb)).code).toBe(2);
  },
);
