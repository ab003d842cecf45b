import { JOURNEY_HEADER, type LanguageCode } from "@tallystick/contract";
import type { FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { createFreshCache, CREDENTIALS_MAX_AGE_MS } from "../../infra/fresh-cache.ts";
import { verifyJourneyToken, type TokenSubject } from "../sessions/tokens.ts";
import { readJourneyCookies } from "./cookies.ts";
import { unknownJourney, type Caller } from "./journey.ts";

/** The token of this very session, of another one only, or none at all. */
export type Credential =
  | { readonly token: string; readonly via: "header" | "cookie"; readonly language: LanguageCode | null }
  | "of_another_journey"
  | "none";

export function readCredential(deps: Deps, request: FastifyRequest, sessionId: string): Credential {
  const header = request.headers[JOURNEY_HEADER];
  // The header first: the page sends it on purpose, a cookie may be left from an earlier start of the journey.
  if (typeof header === "string" && header !== "") return { token: header, via: "header", language: null };
  const cookies = readJourneyCookies(deps.config.publicUrl, request.headers.cookie, sessionId);
  const { token, language } = cookies;
  if (token !== null) return { token, via: "cookie", language };
  return cookies.others.length > 0 ? "of_another_journey" : "none";
}

export interface Credentials {
  /** Who sends this request. Throws `journey_unknown` or `journey_mismatch`. */
  callerOf(request: FastifyRequest, sessionId: string): Promise<Caller>;
  /** The subject of a token, or null when it proves nothing. */
  subjectOf(token: string): Promise<TokenSubject | null>;
}

export function createCredentials(deps: Deps): Credentials {
  // A phone that plays sends batch after batch with one token; checking its signature once a second is enough.
  const verified = createFreshCache<TokenSubject>({ maxAgeMs: CREDENTIALS_MAX_AGE_MS });
  const subjectOf = (token: string) =>
    token.length > 2048 ? Promise.resolve(null) : verified.get(token, () => verifyJourneyToken(deps, token));
  return {
    subjectOf,
    async callerOf(request, sessionId) {
      const credential = readCredential(deps, request, sessionId);
      if (credential === "none") throw unknownJourney();
      if (credential === "of_another_journey") throw otherJourney();
      if (credential.via === "cookie") refuseOtherSites(deps, request);
      const subject = await subjectOf(credential.token);
      if (subject === null) throw unknownJourney();
      if (subject.sessionId !== sessionId) throw otherJourney();
      return { ...subject, cookieless: credential.via === "header" };
    },
  };
}

function otherJourney() {
  return fail("journey_mismatch", "The credential belongs to another journey than the address names.");
}

/**
 * A browser names the page's origin on every POST. The cookie goes along with a POST from a page that may frame us, so
 * the origin must be ours; a header of our own no other site can send.
 */
function refuseOtherSites(deps: Deps, request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === deps.config.publicUrl) return;
  if (URL.canParse(origin) && new URL(origin).host === request.host) return;
  throw fail("journey_mismatch", "The request came from another site's page.");
}
