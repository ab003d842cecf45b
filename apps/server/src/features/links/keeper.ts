import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { cancelSessions, lockOpenLinks } from "../sessions/lifecycle.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { CUT_OFF } from "./fill.ts";

const EVERY_MS = 5_000;
/** Links ended in one transaction: its locks last a tenth of a second. */
const CHUNK = 200;
/** Whoever fills a batch speaks after every statement, and no statement lives longer than 15 seconds. */
const SILENT_SECONDS = 60;

/** Gives up batches whose process is gone, and ends the links of revoked ones. Any number may do so at once. */
export function startLinkKeeper(deps: Deps): Loop {
  return startLoop({
    name: "link keeper",
    everyMs: EVERY_MS,
    log: deps.log,
    pass: () => keepLinks(deps),
    wakeOn: (wake) => deps.signals.on("links", wake),
  });
}

async function keepLinks(deps: Deps): Promise<void> {
  for (const companyId of await store.selectCompanyIds(deps.db)) {
    await giveUpSilent(deps, companyId);
    for (const batch of await store.listRevoking(deps.db, companyId)) await continueRevoking(deps, batch);
  }
}

/** Marks batches as failed that nobody has worked on for a minute; how many. They have no links: one transaction. */
export function giveUpSilent(deps: Deps, companyId: string): Promise<number> {
  return store.failSilentBatches(deps.db, companyId, { silentSeconds: SILENT_SECONDS, failure: CUT_OFF });
}

/**
 * Ends what is open of a revoked batch, some hundred links at a time; returns how many were ended here. Whoever goes on
 * after a crash ends the rest.
 */
export async function continueRevoking(
  deps: Deps,
  batch: BatchRow,
  onProgress: (revoked: number) => void = () => undefined,
): Promise<number> {
  const actor = { id: batch.revokedBy ?? batch.createdBy, origin: null };
  let revoked = 0;
  let after = "";
  for (;;) {
    // Going on behind the last one spares reading again what has ended: that made the time grow with the square.
    const page = { after, limit: CHUNK };
    const { sessions, ended } = await deps.db.transaction(async (tx) => {
      const sessions = await lockOpenLinks(tx, batch, page);
      const ended = await cancelSessions(tx, deps, sessions, { reason: "LINK_REVOKED", actor });
      // Links that were re-issued meanwhile may stand before `after`, so the batch is done when a look from the start says so.
      if (page.after === "" && sessions.length < CHUNK) await store.markRevoked(tx, batch);
      return { sessions, ended };
    });
    revoked += ended;
    onProgress(revoked);
    const isLast = sessions.length < CHUNK;
    if (isLast && page.after === "") return revoked;
    after = isLast ? "" : (sessions.at(-1)?.sessionId ?? "");
  }
}
