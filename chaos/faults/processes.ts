import { setTimeout as delay } from "node:timers/promises";

import { atMoment, type Fault, struckNow } from "./fault.ts";

/** Longer than a worker's lease of 12 s, twice over. */
const STOPPED_MS = 33_000;
const PATIENCE_MS = 1_500;

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: "api-killed",
    group: "processes",
    does: "SIGKILL of the `api` process while applicants finish",
    because:
      "What was answered with 200 was committed before. What was not is sent again by the page, and a repeated `finish` finds the result of the first.",
    strike: ({ world }) => {
      world.api.service.kill();
      return Promise.resolve(struckNow());
    },
  },
  {
    name: "worker-killed",
    group: "processes",
    does: "SIGKILL of one of the two workers",
    because:
      "The rows are the queue. The other worker claims what is due; what the dead one had claimed falls due by itself when its lease of 12 s ends.",
    strike: ({ worker }) => {
      worker.service.kill();
      return Promise.resolve(struckNow());
    },
  },
  {
    name: "all-workers-killed",
    group: "processes",
    does: "SIGKILL of both workers at once",
    because: "As above; deliveries go on as soon as a worker is started again.",
    strike: ({ world }) => {
      for (const { service } of world.workers) service.kill();
      return Promise.resolve(struckNow());
    },
  },
  {
    name: "worker-stopped",
    group: "processes",
    does: `SIGSTOP of a worker for ${STOPPED_MS / 1000} s, longer than its lease, then SIGCONT`,
    because:
      "The other worker sends what the sleeper had claimed, under a lease of its own. When the sleeper wakes, its outcome is logged as an attempt and changes nothing, for the row no longer carries its lease.",
    isTooSoon: ({ workers }) => workers.some(({ service }) => service.isPaused()),
    strike: async ({ worker, victim, later }) => {
      // In the middle of an attempt, so that an outcome comes back to a worker that has lost its lease.
      await atMoment(victim.receiver, "received", PATIENCE_MS);
      worker.service.pause();
      later(delay(STOPPED_MS).then(() => worker.service.resume()));
      return struckNow();
    },
  },
];
