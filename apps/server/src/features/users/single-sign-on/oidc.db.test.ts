import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../../audit/service.ts";
import { testLender } from "../../../testing/lender.ts";
import { invite } from "../team/invitations.ts";
import { readState, stateCookie } from "./oidc-state.ts";
import { insertIdentity } from "./oidc-store.ts";
import { codeNow, withSecondFactor } from "../testing/account.ts";
import { startIdentityProvider } from "../testing/identity-provider.ts";
import {
  arriveAt,
  cookiesOf,
  departFrom,
  goRound,
  inviteSomebody,
  jar,
  knownMember,
  sitDown,
  START,
  startSignOnWorld,
  whoIs,
  CALLBACK,
  type SignOnWorld,
} from "../testing/sign-on.ts";
import { outcome, post, tokenIn } from "../testing/team.ts";

let world: SignOnWorld;

beforeAll(async () => {
  world = await startSignOnWorld();
});
afterAll(() => world.close());

const at = (email: string | null, more?: Readonly<Record<string, unknown>>) => sitDown(world, email, more);
const known = () => knownMember(world);
const depart = (body: object = {}, headers: Headers = {}, url = START) =>
  departFrom(world.lender.app, { body, headers, url });
const arrive = (back: URL, cookie: string) => arriveAt(world.lender.app, back, cookie);
const round = (body: object = {}, headers: Headers = {}, url = START) => goRound(world, { body, headers, url });
const me = (cookie: string) => whoIs(world, cookie);
const invited = (email?: string) => inviteSomebody(world, email);

type Headers = Readonly<Record<string, string>>;

async function users(email: string): Promise<number> {
  return (await world.lender.deps.db.query("SELECT user_id FROM users WHERE email_key = $1::text", [email])).length;
}

describe("an invitation accepted with the identity provider", () => {
  test("makes an account without a password, linked by issuer and subject, that the provider opens from then on", async () => {
    const { email, token } = await invited();
    const person = at(email);
    const joined = await round({ invitation_token: token });
    expect([joined.statusCode, joined.headers["location"]]).toEqual([303, "http://127.0.0.1:8080/beacon"]);
    expect(await me(jar(cookiesOf(joined)))).toMatchObject({ email, name: "Ben at work" });
    expect(
      await world.lender.deps.db.query("SELECT issuer, subject FROM user_identities WHERE subject = $1::text", [
        person.subject,
      ]),
    ).toEqual([{ issuer: world.idp.issuer, subject: person.subject }]);
    // The address at the provider may change; the person stays the same.
    world.idp.person = { subject: person.subject, claims: { email: "renamed@world.lender.example" } };
    expect(await me(jar(cookiesOf(await round())))).toMatchObject({ email });
  });

  test("is not accepted with an account of another address, and can be tried again with the right one", async () => {
    const { email, token } = await invited();
    at("somebody.else@world.lender.example");
    expect(outcome(await round({ invitation_token: token }))).toEqual([403, "oidc_email_mismatch"]);
    at(null);
    expect(outcome(await round({ invitation_token: token }))).toEqual([403, "oidc_email_mismatch"]);
    at(email, { email_verified: false });
    expect(outcome(await round({ invitation_token: token }))).toEqual([403, "oidc_email_mismatch"]);
    expect(await users(email)).toBe(0);
    at(email.toUpperCase(), { email_verified: true });
    expect((await round({ invitation_token: token })).statusCode).toBe(303);
  });

  test("links an account that exists, and a mail tells its owner", async () => {
    const ben = await known();
    await world.lender.deps.db.query("DELETE FROM memberships WHERE user_id = $1::text AND company_id = $2::text", [
      ben.userId,
      world.lender.deployment.companyId,
    ]);
    const { token } = await invited(ben.email);
    at(ben.email);
    expect(await me(jar(cookiesOf(await round({ invitation_token: token }))))).toMatchObject({ email: ben.email });
    await world.lender.mailbox.settle();
    expect(world.lender.mailbox.lastTo(ben.email)).toMatchObject({ kind: "identity_linked" });
  });

  test("is used up once, also when two tabs come back at the same moment", async () => {
    const { email, token } = await invited();
    at(email);
    const [one, two] = [await depart({ invitation_token: token }), await depart({ invitation_token: token })];
    const backs = [await world.idp.visit(one.url), await world.idp.visit(two.url)] as const;
    const answers = await Promise.all([arrive(backs[0], one.cookie), arrive(backs[1], two.cookie)]);
    expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(1);
    expect(await users(email)).toBe(1);
  });

  test("does not begin while somebody else is signed in, unless they are to be signed out", async () => {
    const ana = await known();
    const { email, token } = await invited();
    at(email);
    const refused = (await depart({ invitation_token: token }, ana.headers)).answer;
    expect(outcome(refused)).toEqual([409, "signed_in_as_other"]);
    const joined = await round({ invitation_token: token, replace_sign_in: true }, ana.headers);
    expect(await me(jar(cookiesOf(joined)))).toMatchObject({ email });
    expect(await me(ana.headers.cookie)).toMatchObject({ code: "sign_in_required" });
  });
});

describe("a sign-in with the identity provider", () => {
  test("by somebody whom nobody invited makes no account, not even with the address of one that exists", async () => {
    const ana = await known();
    for (const email of ["stranger@world.lender.example", ana.email]) {
      at(email, { email_verified: true });
      expect(outcome(await round())).toEqual([403, "oidc_not_linked"]);
    }
    expect(await users("stranger@world.lender.example")).toBe(0);
  });

  test("still asks for the second factor that was set up here", async () => {
    const { email, token } = await invited();
    at(email, { amr: ["mfa"] });
    await round({ invitation_token: token });
    await world.lender.deps.db.query(
      "UPDATE users SET totp_ciphertext = 'x', totp_confirmed_at = now() WHERE email_key = $1::text",
      [email],
    );
    expect(await me(jar(cookiesOf(await round())))).toMatchObject({ second_factor_required: true });
  });

  test("is told in the audit log as what it was, also with the code that completes it", async () => {
    const { deps, deployment, app } = world.lender;
    const ana = await withSecondFactor(deps, deployment.companyId);
    const { subject } = at(ana.email);
    await insertIdentity(deps.db, { issuer: world.idp.issuer, subject, userId: ana.userId });
    const half = jar(cookiesOf(await round()));
    const csrf = (await app.inject({ method: "GET", url: "/beacon/api/me", headers: { cookie: half } })).json();
    const headers = { cookie: half, "x-csrf-token": csrf.csrf_token };
    const done = await post(app, "/beacon/api/sign-in/second-factor", { code: codeNow() }, headers);
    expect(done.statusCode).toBe(200);
    const audit = await deps.db.query(
      `SELECT action, details FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id`,
      [deployment.companyId, ana.userId],
    );
    expect(audit).toEqual([
      { action: "sign_in.begun", details: { method: "oidc" } },
      { action: "sign_in.succeeded", details: { method: "oidc", second_factor: "app" } },
    ]);
  });

  test("confirms nothing by itself, since the provider may not have asked; with `confirm` it asks, and that counts", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const link = async (cookie: string) => {
      const who = await world.lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { cookie } });
      const headers = { cookie, "x-csrf-token": who.json<{ csrf_token: string }>().csrf_token };
      return { headers, answer: (await depart({}, headers, "/beacon/api/me/identities")).answer };
    };
    const first = await link(jar(cookiesOf(await round())));
    expect(outcome(first.answer)).toEqual([403, "reauthentication_required"]);
    const departure = await depart({ confirm: true }, first.headers);
    expect(new URL(departure.url).searchParams.get("prompt")).toBe("login");
    const back = await arrive(await world.idp.visit(departure.url), departure.cookie);
    expect((await link(jar(cookiesOf(back)))).answer.statusCode).toBe(200);
    // The one it took the place of is over.
    expect(await me(first.headers.cookie)).toMatchObject({ code: "sign_in_required" });
  });

  test("leaves the cookie of known browsers alone, which does not come along from the provider's site", async () => {
    const { email, token } = await invited();
    at(email);
    for (const answer of [await round({ invitation_token: token }), await round()]) {
      expect(answer.statusCode).toBe(303);
      expect(cookiesOf(answer).join()).not.toContain("ts_browser");
    }
  });

  test("opens nothing for an account that was switched off", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    await world.lender.deps.db.query("UPDATE users SET disabled_at = now() WHERE email_key = $1::text", [email]);
    expect(outcome(await round())).toEqual([403, "account_disabled"]);
  });

  test("that the person declines at the provider is told as what it is", async () => {
    world.idp.person = null;
    const answer = await round();
    expect([outcome(answer), answer.json<{ detail: string }>().detail]).toEqual([
      [403, "oidc_refused"],
      "The identity provider answered: access_denied.",
    ]);
  });

  test("is written into the audit log of the company, without the provider's name of the person", async () => {
    const { email, token } = await invited();
    const { subject } = at(email);
    await round({ invitation_token: token });
    const rows = await world.lender.deps.db.query<{ row: string }>(
      "SELECT a::text AS row FROM audit_entries a WHERE action = 'sign_in.succeeded'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(subject))).toEqual([]);
  });
});

describe("the way back", () => {
  test("leads nowhere in another browser than the one that began", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const { url } = await depart();
    const back = await world.idp.visit(url);
    const other = await depart();
    expect(outcome(await arrive(back, ""))).toEqual([400, "oidc_state_invalid"]);
    expect(outcome(await arrive(back, other.cookie))).toEqual([400, "oidc_state_invalid"]);
  });

  test("is refused with a cookie that was altered or belongs to another state", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const { url, cookie } = await depart();
    const back = await world.idp.visit(url);
    const [name, value] = [cookie.slice(0, cookie.indexOf("=")), cookie.slice(cookie.indexOf("=") + 1)] as const;
    const sealed = decodeURIComponent(value);
    const altered = sealed.slice(0, -6) + (sealed.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA");
    expect(outcome(await arrive(back, `${name}=${encodeURIComponent(altered)}`))).toEqual([400, "oidc_state_invalid"]);
    const renamed = new URL(back);
    renamed.searchParams.set("state", `${back.searchParams.get("state") ?? ""}x`);
    expect(outcome(await arrive(renamed, cookie))).toEqual([400, "oidc_state_invalid"]);
    expect((await arrive(back, cookie)).statusCode).toBe(303);
  });

  test("works once: the code is used up at the provider", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const { url, cookie } = await depart();
    const back = await world.idp.visit(url);
    const first = await arrive(back, cookie);
    expect(first.statusCode).toBe(303);
    expect(cookiesOf(first).some((line) => /^__Host-ts_oidc_[\w-]+=;.*Max-Age=0/.test(line))).toBe(true);
    expect(outcome(await arrive(back, cookie))).toEqual([403, "oidc_refused"]);
  });

  test.each(["nonce", "verifier"] as const)("is refused with the %s of another beginning", async (member) => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const [one, two] = [await depart(), await depart()];
    const [own, other] = [one, two].map(({ url, cookie }) =>
      readState(world.lender.deps, cookie, new URL(url).searchParams.get("state") ?? ""),
    );
    if (!own || !other) throw new Error("no state was begun");
    const mixed = stateCookie(world.lender.deps, { ...own, [member]: other[member] });
    const back = await world.idp.visit(one.url);
    expect(outcome(await arrive(back, jar([mixed])))).toEqual([403, "oidc_refused"]);
  });

  test("is refused when the answer comes from another provider (mix-up)", async () => {
    at("x@world.lender.example");
    const { url, cookie } = await depart();
    const back = await world.idp.visit(url);
    back.searchParams.set("iss", "https://evil.example");
    expect(outcome(await arrive(back, cookie))).toEqual([403, "oidc_refused"]);
  });

  test("carries its state in a cookie of this host alone, unreadable, for ten minutes, that comes along from the provider's site", async () => {
    const { token } = await invited();
    const { answer, cookie } = await depart({ invitation_token: token });
    expect(cookiesOf(answer)[0]).toMatch(
      /^__Host-ts_oidc_[\w-]{12}=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(decodeURIComponent(cookie)).not.toContain(token);
  });

  test("two tabs that began in one browser both come back", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const [one, two] = [await depart(), await depart()];
    const browser = `${one.cookie}; ${two.cookie}`;
    expect((await arrive(await world.idp.visit(two.url), browser)).statusCode).toBe(303);
    expect((await arrive(await world.idp.visit(one.url), browser)).statusCode).toBe(303);
  });
});

describe("the provider", () => {
  test("is named where people sign in, and only when one is set up", async () => {
    const ways = await world.lender.app.inject({ method: "GET", url: "/beacon/api/sign-in/ways" });
    expect(ways.json()).toEqual({ password: true, oidc: { name: "Lender login" } });
    const without = await testLender();
    try {
      const none = await without.app.inject({ method: "GET", url: "/beacon/api/sign-in/ways" });
      expect(none.json()).toEqual({ password: true, oidc: null });
      expect(outcome(await post(without.app, START, {}))).toEqual([404, "oidc_not_configured"]);
    } finally {
      await without.close();
    }
  });

  test("that is gone is told as unavailable, and found again when it is back", async () => {
    const gone = await startIdentityProvider(CALLBACK);
    const { issuer, clientId, clientSecret } = gone;
    await gone.close();
    const other = await testLender({
      config: { oidc: { issuer, clientId, clientSecret, name: "Gone", allowedDomains: [] } },
    });
    try {
      expect(outcome(await post(other.app, START, {}))).toEqual([503, "oidc_unavailable"]);
      const back = await startIdentityProvider(CALLBACK, Number(new URL(issuer).port));
      expect((await post(other.app, START, {})).statusCode).toBe(200);
      await back.close();
    } finally {
      await other.close();
    }
  });

  test("lets in addresses of the allowed domains alone", async () => {
    const { issuer, clientId, clientSecret } = world.idp;
    const oidc = { issuer, clientId, clientSecret, name: "Lender login", allowedDomains: ["world.lender.example"] };
    const strict = await testLender({ config: { oidc } });
    try {
      for (const [email, status] of [
        ["a@world.lender.example", 303],
        ["a@world.lender.example.evil.example", 403],
        ["a@evil-world.lender.example", 403],
      ] as const) {
        await invite(strict.deps, { companyId: strict.deployment.companyId, email, role: "viewer", actor: SYSTEM });
        at(email);
        const begun = await post(strict.app, START, { invitation_token: tokenIn(strict.mailbox, email) });
        const back = await world.idp.visit(String(begun.json<{ url: unknown }>().url));
        const headers = { cookie: jar(cookiesOf(begun)) };
        const answer = await strict.app.inject({ method: "GET", url: back.pathname + back.search, headers });
        expect([email, answer.statusCode]).toEqual([email, status]);
      }
    } finally {
      await strict.close();
    }
  });
});
