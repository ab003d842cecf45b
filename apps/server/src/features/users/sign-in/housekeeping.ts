import type { Deps } from "../../../infra/deps.ts";
import { startLoop, type Loop } from "../../../infra/loop.ts";
import { sweepSignIns } from "./sign-in-store.ts";
import { sweepBuckets } from "./throttle-store.ts";

const HOUR_MS = 3_600_000;
const AT_ONCE = 1000;

/** Takes away what counts no more: tries of yesterday, and sign-ins with their addresses a month after their end. */
export function startSignInSweep(deps: Deps): Loop {
  return startLoop({ name: "sign-in sweep", everyMs: HOUR_MS, log: deps.log, pass: async () => sweepAll(deps) });
}

/** In small statements, so that nobody who signs in meanwhile waits for them. */
export async function sweepAll(deps: Deps): Promise<void> {
  for (const sweep of [sweepBuckets, sweepSignIns]) {
    while ((await sweep(deps.db, AT_ONCE)) === AT_ONCE);
  }
}
