import ipaddr from "ipaddr.js";

import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { countTry, emptyBuckets, giveBackTry, lockBuckets, type Bucket } from "./throttle-store.ts";

/**
 * Guessing gets slower with each failure; nobody is ever locked out by the guesses of others. So there are buckets of
 * three kinds: of a browser that the person signed in with before (only it fills and asks that one), of an account
 * from one address, and of an account or an address altogether, with room before they slow anybody down.
 */
export interface Tries {
  /** Filled by this person alone, as far as can be known. */
  readonly own: readonly Bucket[];
  /** Filled by others too. */
  readonly shared: readonly Bucket[];
}

/** A try that was let in, and already counted as failed. */
export interface Try {
  /** It was none. */
  succeeded(): Promise<void>;
}

const QUARTER_HOUR = 900;
const FREE = { browser: 10, accountFromAddress: 5, address: 50, signIn: 5 } as const;

/**
 * All unknown browsers together. A password of twelve characters stands 1 440 guesses a day; of six digits, three of
 * which fit at a time, only a hundred a day are let through.
 */
const ACCOUNT = {
  password: { free: 50, capSeconds: 60 },
  code: { free: 20, capSeconds: QUARTER_HOUR },
} as const;

/** For somebody who is not signed in (entirely). `browser` is what `knownBrowser` gave. */
export function triesFromOutside(
  deps: Deps,
  who: {
    readonly what: "password" | "code";
    readonly emailKey: string;
    readonly browser: string | null;
    readonly origin: string;
  },
): Tries {
  const { what, emailKey, browser } = who;
  if (browser !== null) {
    const key = keyOf(deps, [what, "browser", emailKey, browser]);
    return { own: [{ key, free: FREE.browser, capSeconds: QUARTER_HOUR }], shared: [] };
  }
  const network = networkOf(who.origin);
  const fromAddress = keyOf(deps, [what, "account-address", emailKey, network]);
  return {
    own: [{ key: fromAddress, free: FREE.accountFromAddress, capSeconds: QUARTER_HOUR }],
    shared: [
      { key: keyOf(deps, [what, "account", emailKey]), ...ACCOUNT[what] },
      { key: keyOf(deps, ["address", network]), free: FREE.address, capSeconds: 300 },
    ],
  };
}

/** For somebody who is signed in and asked again. */
export function triesOfSignIn(deps: Deps, userSessionId: string): Tries {
  const key = keyOf(deps, ["sign-in", userSessionId]);
  return { own: [{ key, free: FREE.signIn, capSeconds: QUARTER_HOUR }], shared: [] };
}

/** Throws `sign_in_throttled` with Retry-After; a refused try counts for nothing, so that waiting always helps. */
export async function takeTry(deps: Deps, { own, shared }: Tries): Promise<Try> {
  const buckets = [...own, ...shared];
  await deps.db.transaction(async (tx) => {
    const rows = await lockBuckets(
      tx,
      buckets.map(({ key }) => key),
    );
    const wait = Math.ceil(Math.max(...rows.map(({ wait_seconds }) => wait_seconds)));
    if (wait > 0) {
      throw fail("sign_in_throttled", `Too many failed tries; try again in ${wait} seconds.`, {
        headers: { "retry-after": String(wait) },
      });
    }
    await countTry(tx, buckets);
  });
  return {
    succeeded: async () => {
      await emptyBuckets(
        deps.db,
        own.map(({ key }) => key),
      );
      if (shared.length > 0) {
        await giveBackTry(
          deps.db,
          shared.map(({ key }) => key),
        );
      }
    },
  };
}

/** The customer of an IPv6 provider holds a /64 at least: its addresses are one. */
export function networkOf(origin: string): string {
  if (!ipaddr.isValid(origin)) return "unknown";
  const address = ipaddr.process(origin);
  if (address.kind() === "ipv4") return address.toString();
  return address.toByteArray().slice(0, 8).join(".");
}

function keyOf(deps: Deps, parts: readonly string[]): string {
  return deps.secrets.lookupHash(`sign_in_throttle:${JSON.stringify(parts)}`);
}
