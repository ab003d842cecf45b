import type { Dispatcher } from "./state.ts";
import * as store from "./store.ts";

const BACKLOG_LIMIT = 10_000;

/** Finds what a crash left unannounced, and measures what is overdue. */
export async function sweep(dispatcher: Dispatcher): Promise<void> {
  const { deps, metrics } = dispatcher.context;
  dispatcher.sweptAtMs = performance.now();
  const found = await store.sweep(deps.db);
  if (found > 0) deps.log.info({ companies: found }, "the sweep found webhooks that nobody had announced");
  const backlog = await store.backlog(deps.db, BACKLOG_LIMIT);
  metrics.due.set(backlog.due);
  metrics.oldestDueSeconds.set(backlog.oldest_seconds);
}
