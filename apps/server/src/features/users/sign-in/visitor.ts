import type { FastifyRequest } from "fastify";

import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { describeAgent } from "./browser.ts";
import { endSignInRow } from "./sign-in-store.ts";
import { csrfFits, personOf, readSignInCookie, type Person } from "./sign-in.ts";

/** Who sits at the browser that calls, as far as can be known. */
export interface Visitor {
  /** Signed in in this browser; null: nobody. */
  readonly person: Person | null;
  /** The page sent the sign-in's own token along: it acts for that person on purpose. */
  readonly hasProof: boolean;
  readonly token: string | null;
  readonly origin: string;
  /** "Firefox on Linux". */
  readonly agent: string | null;
  /** The Cookie header. */
  readonly cookies: string | undefined;
}

export async function visitorOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const token = readSignInCookie(deps, request.headers.cookie);
  const person = token === null ? null : await personOf(deps, token);
  return {
    person,
    hasProof: token !== null && csrfFits(deps, token, request.headers["x-csrf-token"]),
    token: person === null ? null : token,
    origin: request.ip,
    agent: describeAgent(request.headers["user-agent"]),
    cookies: request.headers.cookie,
  };
}

/** Throws `signed_in_as_other` unless nobody is signed in or the caller said to sign them out. */
export function refuseOther(
  wish: { readonly visitor: Visitor; readonly replaceSignIn: boolean },
  invitation: { readonly email: string },
): void {
  const { person } = wish.visitor;
  if (person === null || wish.replaceSignIn) return;
  const { email, name } = person;
  throw fail(
    "signed_in_as_other",
    `The invitation is for ${invitation.email}, but ${name} (${email}) is signed in in this browser.`,
    { extra: { signed_in_as: { email, name } } },
  );
}

/** The sign-in that a new one takes the place of in this browser: its cookie is gone, so it must not live on. */
export async function endReplaced(deps: Deps, { person }: Visitor): Promise<void> {
  if (person !== null) await endSignInRow(deps.db, person.userId, person.userSessionId);
}
