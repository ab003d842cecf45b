import type { Config } from "../../config.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { createTokenBuckets } from "../../infra/token-buckets.ts";

/** Each throws `rate_limited` with Retry-After. Counted in this process; several processes allow a multiple. */
export interface Limits {
  checkKey(key: string): void;
  checkSimulated(environmentId: string): void;
  /** Failures only: nobody is locked out because a neighbour behind the same address fails. */
  noteBadCredentials(address: string): void;
}

const SIMULATED = { perSecond: 10, burst: 100 };
const BAD_CREDENTIALS = { perSecond: 1, burst: 60 };

export function createLimits(config: Config): Limits {
  const byKey = createTokenBuckets(config.sessionRate);
  const simulated = createTokenBuckets(SIMULATED);
  const badCredentials = createTokenBuckets(BAD_CREDENTIALS);
  return {
    checkKey: (key) => check(byKey.take(key), "Too many requests for this API key"),
    checkSimulated: (environmentId) => check(simulated.take(environmentId), "Too many simulated applicants"),
    noteBadCredentials: (address) => check(badCredentials.take(address), "Too many requests with wrong credentials"),
  };
}

function check(waitSeconds: number, what: string): void {
  if (waitSeconds > 0) throw limited(what, waitSeconds);
}

function limited(what: string, seconds: number): AppError {
  return fail("rate_limited", `${what}; try again in ${seconds} second${seconds === 1 ? "" : "s"}.`, {
    headers: { "retry-after": String(seconds) },
  });
}
