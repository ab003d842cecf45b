import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { AppError } from "../../infra/errors.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { planOf } from "./plans.ts";
import { playApplicant } from "./play.ts";
import * as store from "./store.ts";

/** For sessions that another process created; one of this process wakes the loop at once. */
const POLL_EVERY_MS = 500;
/** A play that failed would fail again: it is left alone for so long, and the others go on. */
const LEFT_ALONE_MS = 600_000;

/**
 * Plays the simulated applicants (`SIM-…` uids of Test), one after the other, as soon as their session is created. Each
 * play is one transaction: a crash leaves nothing half played.
 */
export function startSandbox(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  const failed = new Map<string, number>();
  return startLoop({
    name: "sandbox",
    everyMs: options.everyMs ?? POLL_EVERY_MS,
    log: deps.log,
    wakeOn: (wake) => deps.signals.on("simulated", wake),
    pass: () => playWaiting(deps, failed),
  });
}

async function playWaiting(deps: Deps, failed: Map<string, number>): Promise<void> {
  forgetOld(failed);
  for (const companyId of await store.selectCompanyIds(deps.db)) {
    while (await playNext(deps, companyId, failed));
  }
}

/** Plays the company's oldest waiting applicant; false when none waits. */
export async function playNext(
  deps: Deps,
  companyId: string,
  failed: Map<string, number> = new Map(),
): Promise<boolean> {
  let current: string | undefined;
  try {
    return await deps.db.transaction(async (tx) => {
      const applicant = await store.lockNextApplicant(tx, companyId, [...failed.keys()]);
      if (applicant === null) return false;
      current = applicant.sessionId;
      const plan = planOf(applicant.uid);
      if (plan === null) throw new Error("a simulated session has no plan for its uid");
      await playApplicant({ tx, deps: withinTransaction(deps, tx), companyId, applicant, plan });
      return true;
    });
  } catch (error) {
    // A database that is away says nothing about the applicant.
    if (current === undefined || (error instanceof AppError && error.code === "unavailable")) throw error;
    failed.set(current, performance.now());
    deps.log.error({ err: error, sessionId: current }, "a simulated applicant could not be played");
    return true;
  }
}

/**
 * The same services, but every statement and transaction of theirs joins the one that is open. What they register for
 * after the commit finds the real database again.
 */
function withinTransaction(deps: Deps, tx: Transaction): Deps {
  let isOpen = true;
  tx.afterCommit(() => {
    isOpen = false;
  });
  return {
    ...deps,
    db: {
      query: (sql, values, options) => (isOpen ? tx : deps.db).query(sql, values, options),
      transaction: (work) => (isOpen ? work(tx) : deps.db.transaction(work)),
      close: () => Promise.resolve(),
    },
  };
}

function forgetOld(failed: Map<string, number>): void {
  for (const [sessionId, at] of failed) {
    if (performance.now() - at > LEFT_ALONE_MS) failed.delete(sessionId);
  }
}
