/**
 * The one way in for people: every address of the dashboard's API is bound here to its operation, which says who may.
 */
import type { Operation } from "@tallystick/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { checkRequest, routePath, type Checked } from "../../infra/operation.ts";
import type { Actor } from "../audit/service.ts";
import { csrfFits, personOf, readSignInCookie, type Person } from "./sign-in/sign-in.ts";

export type { Person } from "./sign-in/sign-in.ts";

/** A call of somebody who is signed in. */
export interface PersonCall<O extends Operation> extends Checked<O> {
  readonly person: Person;
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A call of a member of the company that the path names. */
export interface MemberCall<O extends Operation> extends PersonCall<O> {
  readonly companyId: string;
  readonly role: "admin" | "viewer";
}

/** A call of somebody who is not signed in. */
export interface VisitorCall<O extends Operation> extends Checked<O> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type PersonOperation = Operation & { readonly auth: "person"; readonly role: "signed_in" };
type MemberOperation = Operation & {
  readonly auth: "person";
  readonly role: "viewer" | "admin";
  readonly path: `/beacon/api/companies/{company_id}${string}`;
};

interface BindOptions {
  /** Bytes; default the server's own limit. */
  readonly bodyLimit?: number;
}

/**
 * For a person's own affairs. `halfSignedIn: true` also lets in who has not given the second factor or must change the
 * password: only what leads out of that.
 */
export function personRoute<O extends PersonOperation>(
  app: FastifyInstance,
  deps: Deps,
  operation: O,
  options: BindOptions & {
    readonly halfSignedIn?: true;
    readonly handler: (call: PersonCall<O>) => Promise<unknown>;
  },
): void {
  bind(app, operation, options, async (request, reply) => {
    const person = await signedIn(deps, request, operation);
    if (options.halfSignedIn !== true) refuseHalf(person);
    return options.handler({ ...checkRequest(operation, request), ...who(person, request), request, reply });
  });
}

/** For a company's affairs. A company the person does not belong to is not there: `not_found`. */
export function memberRoute<O extends MemberOperation>(
  app: FastifyInstance,
  deps: Deps,
  operation: O,
  options: BindOptions & { readonly handler: (call: MemberCall<O>) => Promise<unknown> },
): void {
  bind(app, operation, options, async (request, reply) => {
    const person = await signedIn(deps, request, operation);
    refuseHalf(person);
    const { company_id: companyId } = request.params as { readonly company_id: string };
    const membership = person.memberships.find((candidate) => candidate.companyId === companyId);
    if (membership === undefined) throw fail("not_found", "Nothing is here.");
    if (operation.role === "admin" && membership.role !== "admin") {
      throw fail("role_insufficient", "Viewers read results and dashboards; this needs an admin.");
    }
    const checked = checkRequest(operation, request);
    const call = { ...checked, ...who(person, request), companyId, role: membership.role, request, reply };
    return options.handler(call);
  });
}

/** For somebody who is not signed in yet: sign-in, invitation, reset. Only the dashboard's own page may send it. */
export function visitorRoute<O extends Operation & { readonly auth: "none" }>(
  app: FastifyInstance,
  deps: Deps,
  operation: O,
  options: BindOptions & { readonly handler: (call: VisitorCall<O>) => Promise<unknown> },
): void {
  bind(app, operation, options, async (request, reply) => {
    if (operation.method !== "get") refuseOtherSites(deps, request);
    return options.handler({ ...checkRequest(operation, request), request, reply });
  });
}

function bind(
  app: FastifyInstance,
  operation: Operation,
  { bodyLimit }: BindOptions,
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  app.route({
    method: operation.method.toUpperCase(),
    url: routePath(operation),
    ...(bodyLimit !== undefined && { bodyLimit }),
    handler: async (request, reply) => {
      // Personal to who asks, and often secret.
      void reply.header("cache-control", "no-store");
      const result = await answer(request, reply);
      if (reply.sent || result === reply) return reply;
      return result === undefined ? reply.code(204).send() : result;
    },
  });
}

async function signedIn(deps: Deps, request: FastifyRequest, operation: Operation): Promise<Person> {
  const token = readSignInCookie(deps, request.headers.cookie);
  const person = token === null ? null : await personOf(deps, token);
  if (token === null || person === null) throw fail("sign_in_required", "Sign in first.");
  if (operation.method !== "get") {
    refuseOtherSites(deps, request);
    if (!csrfFits(deps, token, request.headers["x-csrf-token"])) {
      throw fail("csrf_invalid", "The header x-csrf-token is missing or belongs to another sign-in.");
    }
  }
  return person;
}

function refuseHalf(person: Person): void {
  if (person.isHalfSignedIn) throw fail("second_factor_required", "Give the code of your second factor first.");
  if (person.mustChangePassword) throw fail("password_change_required", "Set a password of your own first.");
}

/** A browser names the page's origin on every POST; programs name none. */
function refuseOtherSites(deps: Deps, request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === deps.config.beaconUrl || origin === deps.config.publicUrl) return;
  throw fail("csrf_invalid", "The request came from another site's page.");
}

function who(person: Person, request: FastifyRequest): { readonly person: Person; readonly actor: Actor } {
  return { person, actor: { id: `user:${person.userId}`, origin: request.ip } };
}
