import * as client from "openid-client";

import type { OidcConfig } from "../../../config.ts";
import { fail } from "../../../infra/errors.ts";
import type { Logger } from "../../../infra/logger.ts";

/** Beginning of a sign-in at the provider; all but `url` stays in the browser's sealed cookie. */
export interface Begun {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly isFresh: boolean;
}

/** What the provider vouches for. Issuer and subject name the person for ever; an address may pass to somebody else. */
export interface ProviderPerson {
  readonly issuer: string;
  readonly subject: string;
  /** null: none, or the provider says it did not check it. */
  readonly email: string | null;
  readonly name: string | null;
  /** When the person last proved who they are there; null: the provider does not say. */
  readonly authenticatedAt: Date | null;
}

export interface OidcClient {
  /** `isFresh`: the provider is to ask the person again, whoever is signed in there. Throws `oidc_unavailable`. */
  begin(options: { readonly isFresh: boolean }): Promise<Begun>;
  /** `query` is the callback's own, with its "?". Throws `oidc_unavailable`, `oidc_refused`. */
  finish(query: string, begun: Omit<Begun, "url">): Promise<ProviderPerson>;
}

const TIMEOUT_SECONDS = 10;

/** Between the password at the provider and the way back, where the person was to be asked again. */
const FRESH_SECONDS = 300;

/** A provider that moves its addresses or keys is followed after this. */
const METADATA_MAX_AGE_MS = 3_600_000;

/** Authorization code flow with PKCE, state, nonce, and a checked signature of the ID token (OpenID Connect Core 3.1). */
export function createOidcClient(config: OidcConfig, redirectUri: string, log: Logger): OidcClient {
  let known: { readonly at: number; readonly provider: Promise<client.Configuration> } | null = null;

  async function provider(): Promise<client.Configuration> {
    if (known === null || performance.now() - known.at > METADATA_MAX_AGE_MS) {
      const fresh = { at: performance.now(), provider: discover(config) };
      known = fresh;
      fresh.provider.catch(() => {
        if (known === fresh) known = null; // asked again by the next one
      });
    }
    return known.provider;
  }

  return {
    begin: async ({ isFresh }) => {
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const parameters = {
        redirect_uri: redirectUri,
        scope: "openid email profile",
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
        ...(isFresh && { prompt: "login", max_age: String(FRESH_SECONDS) }),
      };
      const url = await guarded(log, async () => client.buildAuthorizationUrl(await provider(), parameters));
      return { url: url.href, state, nonce, verifier, isFresh };
    },
    finish: async (query, { state, nonce, verifier, isFresh }) =>
      guarded(log, async () => {
        const at = await provider();
        // Not the request's own address: a proxy in between may show another host.
        const tokens = await client.authorizationCodeGrant(at, new URL(redirectUri + query), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(isFresh && { maxAge: FRESH_SECONDS }),
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error("no ID token");
        // Many providers keep the address out of the ID token.
        const isComplete = claims["email"] !== undefined || at.serverMetadata().userinfo_endpoint === undefined;
        const more = isComplete ? {} : await client.fetchUserInfo(at, tokens.access_token, claims.sub);
        const authenticatedAt = claims.auth_time === undefined ? null : new Date(claims.auth_time * 1000);
        return { issuer: claims.iss, subject: claims.sub, authenticatedAt, ...profileOf({ ...more, ...claims }) };
      }),
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<client.Configuration> {
  // The configuration allows plain http on loopback alone.
  const isPlain = new URL(issuer).protocol === "http:";
  return client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
  });
}

function profileOf(claims: Readonly<Record<string, unknown>>): Pick<ProviderPerson, "email" | "name"> {
  const { email, name } = claims;
  // Absent is as good as true: an own provider that says nothing about it gave the address itself.
  const isChecked = claims["email_verified"] !== false && claims["email_verified"] !== "false";
  return {
    email: typeof email === "string" && isChecked ? email : null,
    name: typeof name === "string" && name.trim() !== "" ? name.trim().slice(0, 100) : null,
  };
}

/** Their words stay in the log: they may hold codes and addresses. */
async function guarded<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    log.warn({ failure }, "A sign-in with the identity provider failed");
    if (error instanceof client.AuthorizationResponseError) {
      throw fail("oidc_refused", `The identity provider answered: ${failure}.`, { cause: error });
    }
    if (isUnreachable(error)) {
      throw fail("oidc_unavailable", "The identity provider does not answer; try again in a minute.", { cause: error });
    }
    throw fail("oidc_refused", "What the identity provider sent does not hold; begin again.", { cause: error });
  }
}

function isUnreachable(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status >= 500;
  if (error instanceof client.ClientError) return error.code === "OAUTH_TIMEOUT" || isNotOk(error);
  return error instanceof TypeError; // what fetch throws
}

/** An answer that is none of the protocol, such as a gateway's own page. */
function isNotOk(error: Error): boolean {
  return error.cause instanceof Response && error.cause.status >= 500;
}

/** Codes such as `access_denied` or `OAUTH_JWT_CLAIM_COMPARISON_FAILED`. */
function failureOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    return /^\w{1,60}$/.test(error.error) ? error.error : "an error";
  }
  if (error instanceof client.ClientError) return error.code ?? error.name;
  return error instanceof Error ? error.name : "unknown";
}
