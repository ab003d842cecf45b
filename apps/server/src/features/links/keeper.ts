import type { Deps } from "../../infra/deps.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { cancelSession, lockSession } from "../sessions/lifecycle.ts";
import * as store from "./batch-store.ts";
import type { BatchRow } from "./batch-store.ts";
import { CUT_OFF } from "./fill.ts";
import { lockOpenLinks } from "./links-store.ts";

const EVERY_MS = 5_000;
/** Links ended in one transaction: its locks are short. */
const CHUNK = 100;
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

/** Ends what is open of a revoked batch, a hundred at a time; returns how many were ended here. */
export async function continueRevoking(
  deps: Deps,
  batch: BatchRow,
  onProgress: (revoked: number) => void = () => undefined,
): Promise<number> {
  let revoked = 0;
  for (;;) {
    const seen = await deps.db.transaction(async (tx) => {
      const ids = await lockOpenLinks(tx, batch, CHUNK);
      for (const sessionId of ids) {
        const session = await lockSession(tx, { companyId: batch.companyId, sessionId });
        const actor = { id: batch.revokedBy ?? batch.createdBy, origin: null };
        if (session && (await cancelSession(tx, deps, session, { reason: "LINK_REVOKED", actor }))) revoked += 1;
      }
      if (ids.length < CHUNK) await store.markRevoked(tx, batch);
      return ids.length;
    });
    onProgress(revoked);
    if (seen < CHUNK) return revoked;
  }
}
