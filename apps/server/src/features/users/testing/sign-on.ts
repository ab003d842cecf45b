import { SYSTEM } from "../../audit/service.ts";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";

import { testLender, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../../testing/people.ts";
import { invite } from "../team/invitations.ts";
import { hashPassword } from "../passwords/passwords.ts";
import { startIdentityProvider, type IdentityProvider } from "./identity-provider.ts";
import { PASSWORD, post, tokenIn } from "./team.ts";

export const CALLBACK = "http://127.0.0.1:8080/beacon/api/sign-in/oidc/callback";
export const START = "/beacon/api/sign-in/oidc/start";
export const IDENTITIES = "/beacon/api/me/identities";

type Headers = Readonly<Record<string, string>>;

/** A server with an identity provider, and browsers that walk between the two. */
export interface SignOnWorld {
  readonly idp: IdentityProvider;
  readonly lender: TestLender;
  close(): Promise<void>;
}

export async function startSignOnWorld(): Promise<SignOnWorld> {
  const idp = await startIdentityProvider(CALLBACK);
  const { issuer, clientId, clientSecret } = idp;
  const oidc = { issuer, clientId, clientSecret, name: "Lender login", allowedDomains: [] };
  const lender = await testLender({ config: { oidc } });
  return {
    idp,
    lender,
    close: async () => {
      await lender.close();
      await idp.close();
    },
  };
}

let made = 0;

/** Somebody new sits down at the provider. */
export function sitDown(
  { idp }: SignOnWorld,
  email: string | null,
  more: Readonly<Record<string, unknown>> = {},
): { readonly subject: string } {
  made += 1;
  idp.person = { subject: `sub-${made}`, claims: { ...(email !== null && { email }), name: "Ben at work", ...more } };
  return idp.person;
}

export async function inviteSomebody(
  { lender }: SignOnWorld,
  email = `sso-${(made += 1)}@lender.example`,
): Promise<{ readonly email: string; readonly token: string }> {
  const { companyId } = lender.deployment;
  await invite(lender.deps, { companyId, email, role: "viewer", actor: SYSTEM });
  return { email, token: tokenIn(lender.mailbox, email) };
}

/** A member with a password, signed in. */
export async function knownMember({ lender }: SignOnWorld): Promise<TestPerson & { readonly email: string }> {
  const person = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  const [row] = await lender.deps.db.query<{ email: string }>(
    "UPDATE users SET password_hash = $2::text WHERE user_id = $1::text RETURNING email",
    [person.userId, await hashPassword(PASSWORD)],
  );
  return { ...person, email: row?.email ?? "" };
}

export function cookiesOf(answer: LightMyRequestResponse): readonly string[] {
  return [answer.headers["set-cookie"]].flat().map(String);
}

/** What a browser would send after these `Set-Cookie` lines. */
export function jar(lines: readonly string[]): string {
  return lines.flatMap((line) => (line.includes("Max-Age=0") ? [] : [line.split(";")[0]])).join("; ");
}

export interface Wish {
  readonly body?: object;
  readonly headers?: Headers;
  readonly url?: string;
}

export async function departFrom(app: FastifyInstance, { body = {}, headers = {}, url = START }: Wish = {}) {
  const answer = await post(app, url, body, headers);
  return { answer, url: String(answer.json<{ url?: unknown }>().url), cookie: jar(cookiesOf(answer)) };
}

export function arriveAt(app: FastifyInstance, back: URL, cookie: string): Promise<LightMyRequestResponse> {
  return app.inject({ method: "GET", url: back.pathname + back.search, headers: { cookie } });
}

/** The whole way round; the refusal where it does not even begin. */
export async function goRound({ idp, lender }: SignOnWorld, wish: Wish = {}): Promise<LightMyRequestResponse> {
  const departure = await departFrom(lender.app, wish);
  if (departure.answer.statusCode !== 200) return departure.answer;
  return arriveAt(lender.app, await idp.visit(departure.url), departure.cookie);
}

export async function whoIs({ lender }: SignOnWorld, cookie: string) {
  const answer = await lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { cookie } });
  return answer.json<{
    email?: string;
    name?: string;
    csrf_token?: string;
    second_factor_required?: boolean;
    code?: string;
  }>();
}
