import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";

import { ConnectFailure } from "./egress-failure.ts";
import { createFreshCache } from "./fresh-cache.ts";

/** Every address of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * Shorter than the wait before a delivery's third attempt, so that a receiver that moved is found by it. Names that can
 * not be resolved are asked again each time.
 */
const MAX_AGE_MS = 4_000;
const MAX_NAMES = 1_000;

/** As the operating system resolves it, its hosts file included. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });

export type Judge = (address: string) => boolean;

/** A look-up that offers a connection only the addresses that pass, so that no packet goes to the others. */
export type GuardedLookup = (isAllowed: Judge) => LookupFunction;

/**
 * Remembers names for a few seconds; simultaneous questions share one answer. What is remembered are addresses, never a
 * verdict: each connection judges them anew.
 */
export function createGuardedLookup(resolve: Resolve, timeoutMs: number): GuardedLookup {
  const names = createFreshCache<readonly LookupAddress[]>({ maxAgeMs: MAX_AGE_MS, maxEntries: MAX_NAMES });
  const ask = callbackify(async (hostname: string): Promise<readonly LookupAddress[]> => {
    const answer = names.get(hostname.toLowerCase(), () => resolve(hostname));
    return (await within(answer, timeoutMs)) ?? [];
  });
  return (isAllowed) => (hostname, options, callback) => {
    ask(hostname, (error: Error | null, addresses) => {
      if (error !== null) {
        return callback(error instanceof ConnectFailure ? error : new ConnectFailure("name", error), "", 0);
      }
      const passing = addresses.filter(({ address }) => isAllowed(address));
      const [first] = passing;
      if (first === undefined) callback(new ConnectFailure("refused"), "", 0);
      else if (options.all === true) callback(null, passing);
      else callback(null, first.address, first.family);
    });
  };
}

async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectFailure("name_timeout")), timeoutMs);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
