import type { FastifyReply } from "fastify";

import type { Config } from "../../config.ts";
import { createRateLimit, refuseFor } from "../../infra/rate-limit.ts";
import { createTokenBuckets } from "../../infra/token-buckets.ts";

/**
 * Each throws `rate_limited` with Retry-After; what is left is told in the answer's headers. Counted in this process;
 * several processes allow a multiple.
 */
export interface Limits {
  checkKey(reply: FastifyReply, key: string): void;
  checkSimulated(reply: FastifyReply, environmentId: string): void;
  /** Failures only: nobody is locked out because a neighbour behind the same address fails. */
  noteBadCredentials(address: string): void;
}

const SIMULATED = { name: "simulated", perSecond: 10, burst: 100, refusal: "Too many simulated applicants" };
const BAD_CREDENTIALS = { perSecond: 1, burst: 60 };

export function createLimits(config: Config): Limits {
  const refusal = "Too many requests for this API key";
  const byKey = createRateLimit({ name: "sessions", ...config.sessionRate, refusal });
  const simulated = createRateLimit(SIMULATED);
  const badCredentials = createTokenBuckets(BAD_CREDENTIALS);
  return {
    checkKey: (reply, key) => byKey.spend(reply, key),
    checkSimulated: (reply, environmentId) => simulated.spend(reply, environmentId),
    noteBadCredentials: (address) =>
      refuseFor(badCredentials.take(address), "Too many requests with wrong credentials"),
  };
}
