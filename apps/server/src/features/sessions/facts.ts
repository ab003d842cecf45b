import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { countOpenedTwins, insertFact } from "./facts-store.ts";
import type { SessionRow } from "./lifecycle-store.ts";

const NEAR_DUPLICATE_DAYS = 30;

/** Facts of a new session: what was noticed about its uid and metadata. A shape, never the value. */
export async function noteWarnings(
  tx: Transaction,
  deps: Deps,
  session: {
    readonly companyId: string;
    readonly sessionId: string;
    readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  },
): Promise<void> {
  for (const { code, detail } of session.warnings) {
    const fact = { factId: deps.ids.make("fct"), run: 1, kind: "warning", details: { code, detail } };
    await insertFact(tx, session, { ...fact, at: null });
  }
}

/**
 * Before a run is scored: how many other journeys of this environment were opened under the same canonical uid, created
 * within 30 days of this one. Stored as a fact, so that scoring again in a year sees what was true today. Simulated
 * applicants, who play the same on every installation, neither have nor are near duplicates.
 */
export async function noteNearDuplicates(tx: Transaction, deps: Deps, session: SessionRow): Promise<void> {
  if (session.simulated) return;
  const count = await countOpenedTwins(tx, session, { withinDays: NEAR_DUPLICATE_DAYS });
  if (count === 0) return;
  const fact = { factId: deps.ids.make("fct"), run: session.run, kind: "near_duplicate", details: { count } };
  await insertFact(tx, session, { ...fact, at: session.at });
}
