import { startSealer } from "../features/audit/service.ts";
import { startEndpointWatch } from "../features/endpoints/service.ts";
import { startErasures, startRetention } from "../features/retention/service.ts";
import { startLinkKeeper } from "../features/links/service.ts";
import { startMonitoringKeeper } from "../features/monitoring/service.ts";
import { startSandbox } from "../features/sandbox/service.ts";
import { startExpirySweep } from "../features/sessions/expiry.ts";
import { startSignInSweep } from "../features/users/service.ts";
import { startDispatcher, startNumberer, startReplayWorker } from "../features/webhooks/service.ts";
import type { Deps } from "../infra/deps.ts";

/** Work that nobody waits for at the other end of a request. */
export interface Background {
  stop(): Promise<void>;
}

/**
 * Dispatcher, replays, endpoint watch, sandbox, expiry sweep, audit sealer, event numberer, erasures, retention, link keeper,
 * the counts of Monitoring and the sweep of sign-ins: everything a worker does. Stopping waits for what is under way.
 */
export function startBackground(deps: Deps): Background {
  const loops = [
    startDispatcher(deps),
    startReplayWorker(deps),
    startEndpointWatch(deps),
    startSandbox(deps),
    startExpirySweep(deps),
    startSealer(deps),
    startNumberer(deps),
    startErasures(deps),
    startRetention(deps),
    startLinkKeeper(deps),
    startMonitoringKeeper(deps),
    startSignInSweep(deps),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map(async (loop) => loop.stop()));
    },
  };
}
