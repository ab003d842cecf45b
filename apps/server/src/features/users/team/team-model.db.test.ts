import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { SYSTEM } from "../../audit/service.ts";
import { createCompany } from "../../companies/service.ts";
import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, signInAs, type TestPerson } from "../../../testing/people.ts";
import { listMembers } from "./members.ts";
import { hashPassword } from "../passwords/passwords.ts";
import { PASSWORD, post } from "../testing/team.ts";

let lender: TestLender;
let passwordHash: string;

beforeAll(async () => {
  lender = await testLender();
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => lender.close());

const PEOPLE = ["ann", "bob", "cid"] as const;
type Who = (typeof PEOPLE)[number];
type Role = "admin" | "viewer";

type Step =
  | { readonly kind: "invite"; readonly who: Who; readonly role: Role }
  | { readonly kind: "resend" | "revoke" | "run_out"; readonly which: number }
  | { readonly kind: "accept"; readonly token: number }
  | { readonly kind: "role"; readonly who: Who | "founder"; readonly role: Role }
  | { readonly kind: "remove"; readonly who: Who | "founder" };

const who = fc.constantFrom(...PEOPLE);
const member = fc.constantFrom(...PEOPLE, "founder" as const);
const role = fc.constantFrom<Role>("admin", "viewer");
const which = fc.nat({ max: 5 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("invite" as const), who, role }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("resend" as const, "revoke", "run_out"), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("accept" as const), token: which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("role" as const), who: member, role }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), who: member }) },
);

interface Invited {
  readonly id: string;
  readonly who: Who;
  readonly role: Role;
  token: string;
  state: "open" | "expired" | "accepted" | "revoked";
}

/** What must be true, told without a database. */
interface Model {
  readonly companyId: string;
  readonly operator: TestPerson;
  readonly founder: string;
  readonly invitations: Invited[];
  /** Every token ever mailed, and the invitation it belonged to. */
  readonly tokens: { readonly token: string; readonly invited: Invited }[];
  readonly members: Map<string, Role>;
  readonly userIds: Map<string, string>;
  readonly domain: string;
}

async function begin(run: number): Promise<Model> {
  const { companyId } = await createCompany(lender.deps, { name: `Model ${run}`, actor: SYSTEM });
  const operator = await signedInMember(lender.deps, { companyId, role: "admin" });
  return {
    companyId,
    operator,
    founder: operator.userId,
    invitations: [],
    tokens: [],
    members: new Map([["founder", "admin"]]),
    userIds: new Map([["founder", operator.userId]]),
    domain: `model-${run}.tallystick.test`,
  };
}

function newToken(model: Model, who: Who): string {
  const text = lender.mailbox.lastTo(`${who}@${model.domain}`).text;
  return /#([\w-]{43})/.exec(text)?.[1] ?? "";
}

function isAdminLeft(model: Model, without: string): boolean {
  return [...model.members].some(([name, held]) => name !== without && held === "admin");
}

/** Who asks is the founder while an admin, else any admin there is: the company always has one. */
async function headersOfAdmin(model: Model): Promise<TestPerson["headers"]> {
  const [admin] = [...model.members].filter(([, held]) => held === "admin").map(([name]) => name);
  const userId = model.userIds.get(admin ?? "") ?? "";
  if (userId === model.founder) return model.operator.headers;
  return signInAs(lender.deps, userId);
}

async function take(model: Model, wish: Step): Promise<void> {
  const base = `/beacon/api/companies/${model.companyId}`;
  const headers = await headersOfAdmin(model);
  switch (wish.kind) {
    case "invite": {
      const open = model.invitations.some((one) => one.who === wish.who && one.state === "open");
      const isMember = model.members.has(wish.who);
      const body = { email: `${wish.who}@${model.domain}`, role: wish.role };
      const answer = await post(lender.app, `${base}/invitations`, body, headers);
      expect(answer.statusCode).toBe(open || isMember ? 409 : 201);
      if (answer.statusCode !== 201) return;
      for (const one of model.invitations) if (one.who === wish.who && one.state === "expired") one.state = "revoked";
      const id = answer.json<{ invitation_id: string }>().invitation_id;
      const invited: Invited = { id, who: wish.who, role: wish.role, token: newToken(model, wish.who), state: "open" };
      model.invitations.push(invited);
      model.tokens.push({ token: invited.token, invited });
      return;
    }
    case "resend":
    case "revoke":
    case "run_out":
      return touch(model, wish, headers);
    case "accept":
      return accept(model, wish.token);
    case "role":
    case "remove":
      return change(model, wish, headers);
  }
}

async function touch(
  model: Model,
  wish: Step & { readonly kind: "resend" | "revoke" | "run_out" },
  headers: TestPerson["headers"],
): Promise<void> {
  const invited = model.invitations[wish.which];
  if (invited === undefined) return;
  const url = `/beacon/api/companies/${model.companyId}/invitations/${invited.id}`;
  if (wish.kind === "run_out") {
    await lender.deps.db.query(
      "UPDATE invitations SET expires_at = now() WHERE company_id = $1::text AND invitation_id = $2::text",
      [model.companyId, invited.id],
    );
    if (invited.state === "open") invited.state = "expired";
  } else if (wish.kind === "revoke") {
    const answer = await lender.app.inject({ method: "DELETE", url, headers: { ...headers } });
    expect(answer.statusCode).toBe(invited.state === "accepted" ? 409 : 204);
    if (invited.state !== "accepted") invited.state = "revoked";
  } else {
    const answer = await post(lender.app, `${url}/resend`, {}, headers);
    const isLive = invited.state === "open" || invited.state === "expired";
    expect(answer.statusCode).toBe(isLive && !model.members.has(invited.who) ? 200 : 409);
    if (answer.statusCode !== 200) return;
    invited.state = "open";
    invited.token = newToken(model, invited.who);
    model.tokens.push({ token: invited.token, invited });
  }
}

async function accept(model: Model, index: number): Promise<void> {
  const tried = model.tokens[index];
  if (tried === undefined) return;
  const { token, invited } = tried;
  const isGood = invited.token === token && invited.state === "open";
  const body = { token, name: invited.who, password: PASSWORD };
  const answer = await post(lender.app, "/beacon/api/invitations/accept", body);
  expect([answer.statusCode === 200, answer.statusCode]).toEqual([isGood, answer.statusCode]);
  if (!isGood) return;
  invited.state = "accepted";
  model.members.set(invited.who, invited.role);
  const [row] = await lender.deps.db.query<{ user_id: string }>(
    "SELECT user_id FROM users WHERE email_key = $1::text",
    [`${invited.who}@${model.domain}`],
  );
  model.userIds.set(invited.who, row?.user_id ?? "");
  // The same quick password again for the next time: the number of tries is not what this is about.
  await lender.deps.db.query("UPDATE users SET password_hash = $2::text WHERE user_id = $1::text", [
    row?.user_id ?? "",
    passwordHash,
  ]);
}

async function change(
  model: Model,
  wish: Step & { readonly kind: "role" | "remove" },
  headers: TestPerson["headers"],
): Promise<void> {
  const userId = model.userIds.get(wish.who);
  const held = model.members.get(wish.who);
  const url = `/beacon/api/companies/${model.companyId}/members/${userId ?? "usr_nobody"}`;
  const isLosing = held === "admin" && (wish.kind === "remove" || wish.role === "viewer");
  const wanted = held === undefined ? 404 : isLosing && !isAdminLeft(model, wish.who) ? 409 : null;
  const answer =
    wish.kind === "remove"
      ? await lender.app.inject({ method: "DELETE", url, headers: { ...headers } })
      : await lender.app.inject({ method: "PATCH", url, headers: { ...headers }, payload: { role: wish.role } });
  expect(answer.statusCode).toBe(wanted ?? (wish.kind === "remove" ? 204 : 200));
  if (wanted !== null) return;
  if (wish.kind === "role") model.members.set(wish.who, wish.role);
  else {
    model.members.delete(wish.who);
    for (const one of model.invitations) {
      if (one.who === wish.who && (one.state === "open" || one.state === "expired")) one.state = "revoked";
    }
  }
}

async function compare(model: Model): Promise<void> {
  const { items } = await listMembers(lender.deps, model.companyId, { limit: 100 });
  const names = new Map([...model.userIds].map(([name, userId]) => [userId, name]));
  const seen = items.map((item) => [names.get(item.userId), item.role] as const);
  expect(new Map(seen)).toEqual(model.members);
  expect(items.some((item) => item.role === "admin")).toBe(true);
}

test("no sequence of inviting, sending again, withdrawing, accepting, changing and removing lets in anybody who was not asked, or loses the last admin", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const model = await begin((run += 1));
      for (const wish of steps) await take(model, wish);
      await compare(model);
    }),
    { numRuns: 25 },
  );
}, 60_000);
