/** The one way in for a lender's server beyond session creation and the test call: header `api-key`, one environment. */
import type { Operation } from "@tallystick/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { checkRequest, routePath, type Checked } from "../../infra/operation.ts";
import { createRateLimit, refuseFor, type RateLimit } from "../../infra/rate-limit.ts";
import { createTokenBuckets, type TokenBuckets } from "../../infra/token-buckets.ts";
import type { Actor } from "../audit/service.ts";
import { authenticateApiKey, type EnvironmentAccess } from "./access.ts";

export interface KeyCall<O extends Operation> extends Checked<O> {
  readonly environment: EnvironmentAccess;
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Beside the rate of session creation: reading in a loop must not use it up. Counted by process. */
const KEY_RATE = { name: "api", perSecond: 50, burst: 200, refusal: "Too many requests for this API key" };
const BAD_CREDENTIALS = { perSecond: 1, burst: 60 };

const bucketsByDeps = new WeakMap<Deps, { readonly keys: RateLimit; readonly bad: TokenBuckets }>();

/** Throws `api_key_missing`, `api_key_unknown`, `rate_limited`; then the body and query are checked. */
export function keyRoute<O extends Operation & { readonly auth: "api_key" }>(
  app: FastifyInstance,
  deps: Deps,
  operation: O,
  options: {
    /** Bytes; default the server's own limit. */
    readonly bodyLimit?: number;
    readonly handler: (call: KeyCall<O>) => Promise<unknown>;
  },
): void {
  app.route({
    method: operation.method.toUpperCase(),
    url: routePath(operation),
    ...(options.bodyLimit !== undefined && { bodyLimit: options.bodyLimit }),
    handler: async (request, reply) => {
      void reply.header("cache-control", "no-store");
      const { environment, keyId } = await authenticated(deps, request, reply);
      const actor = { id: `key:${keyId}`, origin: request.ip };
      const result = await options.handler({ ...checkRequest(operation, request), environment, actor, request, reply });
      if (reply.sent || result === reply) return reply;
      return result === undefined ? reply.code(204).send() : result;
    },
  });
}

async function authenticated(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { keys, bad } = bucketsOf(deps);
  const key = request.headers["api-key"];
  if (typeof key !== "string" || key === "") throw fail("api_key_missing", "Send the header api-key.");
  const access = await authenticateApiKey(deps, key);
  if (access === null) {
    refuseFor(bad.take(request.ip), "Too many requests with wrong credentials");
    throw fail("api_key_unknown", "This API key is not known; it may have been revoked or replaced.");
  }
  keys.spend(reply, access.keyId);
  return access;
}

function bucketsOf(deps: Deps) {
  const known = bucketsByDeps.get(deps);
  if (known) return known;
  const buckets = { keys: createRateLimit(KEY_RATE), bad: createTokenBuckets(BAD_CREDENTIALS) };
  bucketsByDeps.set(deps, buckets);
  return buckets;
}
