/**
 * Access tokens (handed to the lender, part of the link) and journey tokens (the browser's cookie). Both are JWT HS256
 * under a random key of the environment, named by `kid`; only journey tokens carry an audience.
 */
import { createHmac } from "node:crypto";

import { accessTokenClaimsSchema, type AccessTokenClaims } from "@tallystick/contract";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { z } from "zod";

import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import { environmentByIntegration, tokenKeys, type EnvironmentAccess, type TokenKey } from "../deployments/service.ts";

/** What a verified token says. The session's state decides what it is still good for. */
export interface TokenSubject {
  readonly companyId: string;
  readonly environmentId: string;
  readonly sessionId: string;
  readonly run: number;
}

export interface AccessTokenSubject {
  readonly uid: string;
  readonly sessionId: string;
  readonly run: number;
  /** Epoch seconds; the session's `expires_at`. */
  readonly expiresAt: number;
}

export interface JourneyTokenSubject extends TokenSubject {
  readonly expiresAt: Date;
}

const JOURNEY_AUDIENCE = "journey";
const MAX_TOKEN_CHARACTERS = 2048;

const journeyClaimsSchema = z.object({
  aud: z.literal(JOURNEY_AUDIENCE),
  cid: z.string(),
  eid: z.string(),
  sid: z.string(),
  run: z.int(),
  exp: z.int(),
});

/** `url` of the answer and of the claim: `<url>/<token>` opens the journey. */
export function journeyUrl(deps: Deps): string {
  return `${deps.config.publicUrl}/psychometrics`;
}

export async function issueAccessToken(
  deps: Deps,
  environment: EnvironmentAccess,
  subject: AccessTokenSubject,
): Promise<string> {
  const claims: AccessTokenClaims = {
    uid: subject.uid,
    company_id: environment.companyId,
    integration_id: environment.integrationId,
    url: journeyUrl(deps),
    exp: subject.expiresAt,
    sid: subject.sessionId,
    run: subject.run,
  };
  return sign(await newestKey(deps, environment), claims);
}

/**
 * Null for anything that is not an access token of this installation. The token's own `exp` is not judged: the link of
 * an ended journey still leads to its end page, and whether the journey is open says the session's row.
 */
export async function verifyAccessToken(deps: Deps, jwt: string): Promise<TokenSubject | null> {
  const claims = accessTokenClaimsSchema.safeParse(unverifiedClaims(jwt));
  if (!claims.success) return null;
  const environment = await environmentByIntegration(deps, claims.data.integration_id);
  if (!environment || environment.companyId !== claims.data.company_id) return null;
  const verified = await verify(deps, jwt, environment);
  const proven = accessTokenClaimsSchema.safeParse(verified);
  if (!proven.success || (verified !== null && "aud" in verified)) return null;
  return {
    companyId: environment.companyId,
    environmentId: environment.environmentId,
    sessionId: proven.data.sid,
    run: proven.data.run,
  };
}

/** The value of the journey cookie, and of the header where cookies are refused. */
export async function issueJourneyToken(deps: Deps, subject: JourneyTokenSubject): Promise<string> {
  const claims: z.infer<typeof journeyClaimsSchema> = {
    aud: JOURNEY_AUDIENCE,
    cid: subject.companyId,
    eid: subject.environmentId,
    sid: subject.sessionId,
    run: subject.run,
    exp: Math.floor(subject.expiresAt.getTime() / 1000),
  };
  return sign(await newestKey(deps, subject), claims);
}

/** Null when forged, of another kind, or past its own `exp`. */
export async function verifyJourneyToken(deps: Deps, jwt: string): Promise<TokenSubject | null> {
  const claims = journeyClaimsSchema.safeParse(unverifiedClaims(jwt));
  if (!claims.success) return null;
  const environment = { companyId: claims.data.cid, environmentId: claims.data.eid };
  const proven = journeyClaimsSchema.safeParse(await verify(deps, jwt, environment));
  if (!proven.success || proven.data.exp <= Date.now() / 1000) return null;
  return { ...environment, sessionId: proven.data.sid, run: proven.data.run };
}

interface KeyHolder {
  readonly companyId: string;
  readonly environmentId: string;
}

async function newestKey(deps: Deps, holder: KeyHolder): Promise<TokenKey> {
  const [key] = await tokenKeys(deps, holder.companyId, holder.environmentId);
  if (!key) throw fail("unavailable", "This environment has no token key.");
  return key;
}

// Signing by hand: session creation is a hot path, and WebCrypto's trip through the thread pool costs 33 µs of CPU
// where this costs 7. Verifying, where the dangers of JWT lie, is the library's.
function sign(key: TokenKey, claims: object): string {
  const signed = `${part({ alg: "HS256", typ: "JWT", kid: key.kid })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", key.key).update(signed).digest("base64url")}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function unverifiedClaims(jwt: string): unknown {
  if (jwt.length > MAX_TOKEN_CHARACTERS) return null;
  try {
    return decodeJwt(jwt);
  } catch {
    return null;
  }
}

async function verify(deps: Deps, jwt: string, holder: KeyHolder): Promise<object | null> {
  const keys = await tokenKeys(deps, holder.companyId, holder.environmentId);
  try {
    const { kid } = decodeProtectedHeader(jwt);
    const key = keys.find((candidate) => candidate.kid === kid);
    if (!key) return null;
    const { payload } = await compactVerify(jwt, key.key, { algorithms: ["HS256"] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof claims === "object" ? claims : null;
  } catch (error) {
    if (error instanceof AppError) throw error;
    return null;
  }
}
