import type { FastifyReply } from "fastify";

import { fail } from "./errors.ts";
import { createTokenBuckets, type TokenBucketsOptions } from "./token-buckets.ts";

/** A rate that callers are told about in every answer. */
export interface RateLimit {
  /**
   * Takes one of the key's calls and writes into the answer what is allowed and what is left, also when it throws
   * `rate_limited` with Retry-After.
   */
  spend(reply: FastifyReply, key: string): void;
}

export interface RateLimitOptions extends TokenBucketsOptions {
  /** In the headers: lower-case letters and `-`. */
  readonly name: string;
  /** Begins the sentence of the refusal, e.g. "Too many requests for this API key". */
  readonly refusal: string;
}

/**
 * Fields of draft-ietf-httpapi-ratelimit-headers-09: `RateLimit-Policy: "api";q=200;w=4` and `RateLimit: "api";r=199;t=1`.
 * A bucket's burst is the quota, and the window the time in which an empty one is full again. Calls that are limited twice
 * tell of both.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { name, refusal, perSecond, burst } = options;
  const buckets = createTokenBuckets(options);
  const policy = `"${name}";q=${burst};w=${Math.max(1, Math.ceil(burst / perSecond))}`;
  return {
    spend(reply, key) {
      const seconds = buckets.take(key);
      const { left, fullInSeconds } = buckets.level(key);
      append(reply, "ratelimit-policy", policy);
      append(reply, "ratelimit", `"${name}";r=${left};t=${fullInSeconds}`);
      refuseFor(seconds, refusal);
    },
  };
}

/** Throws `rate_limited` with Retry-After unless `seconds` is 0. */
export function refuseFor(seconds: number, refusal: string): void {
  if (seconds === 0) return;
  throw fail("rate_limited", `${refusal}; try again in ${seconds} second${seconds === 1 ? "" : "s"}.`, {
    headers: { "retry-after": String(seconds) },
  });
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  void reply.header(header, typeof before === "string" ? `${before}, ${item}` : item);
}
