import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { touchDue } from "./due.ts";
import * as store from "./store.ts";

/** How an endpoint stands, and its switch for people. */

export interface EndpointState {
  readonly url: string | null;
  readonly state: "unset" | "enabled" | "disabled";
  readonly disabledReason: "failing" | "gone" | "admin" | null;
  readonly failingSince: Date | null;
  readonly changedAt: Date;
  /** `more`: counting stopped at the limit. */
  readonly undelivered: {
    readonly pending: number;
    readonly held: number;
    readonly dead: number;
    readonly more: boolean;
  };
}

/** Throws `not_found`. `countedTo`: undelivered ones are counted so far. */
export async function endpointState(deps: Deps, key: store.EndpointKey, countedTo: number): Promise<EndpointState> {
  const [row, counts] = await Promise.all([
    store.findEndpoint(deps.db, key),
    store.countUndelivered(deps.db, key, countedTo + 1),
  ]);
  if (row === null) throw fail("not_found", "There is no such environment.");
  const of = (state: string): number => Math.min(countedTo, counts.find((count) => count.state === state)?.n ?? 0);
  return {
    url: row.url,
    state: row.url === null ? "unset" : row.state,
    disabledReason: row.state === "disabled" ? reasonOf(row.disabled_reason) : null,
    failingSince: row.failing_since,
    changedAt: row.updated_at,
    undelivered: {
      pending: of("pending"),
      held: of("held"),
      dead: of("dead"),
      more: counts.reduce((sum, { n }) => sum + n, 0) > countedTo,
    },
  };
}

/** A person's switch leaves no reason behind. */
function reasonOf(stored: string | null): "failing" | "gone" | "admin" {
  return stored === "failing" || stored === "gone" ? stored : "admin";
}

export interface Switched {
  readonly changed: boolean;
  /** Held deliveries that are on their way now. */
  readonly released: number;
  /** Since when it had been off; null unless it was switched on. */
  readonly offSince: Date | null;
}

/**
 * By a person, in the caller's transaction. On sends what was held, off holds what is pending; being so already changes
 * nothing, so that failing days go on being counted. Throws `not_found`, `webhook_not_set` for switching on without a URL.
 */
export async function switchEndpoint(
  tx: Transaction,
  deps: Deps,
  wish: store.EndpointKey & { readonly state: "enabled" | "disabled" },
): Promise<Switched> {
  const endpoint = await store.lockEndpoint(tx, wish);
  if (endpoint === null) throw fail("not_found", "There is no such environment.");
  const { url, endpoint_id: endpointId, updated_at: offSince } = endpoint;
  if (url === null) throw fail("webhook_not_set", "This environment has no webhook URL: there is nothing to switch.");
  if (endpoint.state === wish.state) return { changed: false, released: 0, offSince: null };
  const { companyId, state } = wish;
  await store.updateEndpoint(tx, { companyId, endpointId, url, state, disabledReason: null });
  if (state === "disabled") {
    await store.holdDeliveries(tx, companyId, endpointId);
    return { changed: true, released: 0, offSince: null };
  }
  const released = await store.releaseDeliveries(tx, companyId, endpointId);
  if (released > 0) tx.afterCommit(() => touchDue(deps, companyId));
  return { changed: true, released, offSince };
}
