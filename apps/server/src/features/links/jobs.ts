import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";

/** Batches at work in this process: each holds a connection for seconds and its whole list in memory. */
const MAX_JOBS = 3;
const RETRY_AFTER_SECONDS = 5;

interface Jobs {
  readonly stop: AbortController;
  readonly running: Set<Promise<void>>;
  taken: number;
}

const jobsByDeps = new WeakMap<Deps, Jobs>();

export interface Job {
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
  /** Frees the place when the work is done. */
  run(work: Promise<void>): Promise<void>;
  /** Frees the place without any work. */
  end(): void;
}

/** A place among the few batches this process works on at once. Throws `rate_limited`. */
export function startJob(deps: Deps): Job {
  const jobs = jobsOf(deps);
  if (jobs.taken >= MAX_JOBS) {
    throw fail("rate_limited", `${MAX_JOBS} batches of links are being created; try again in a few seconds.`, {
      headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
    });
  }
  jobs.taken += 1;
  const end = (): void => {
    jobs.taken -= 1;
  };
  return {
    signal: jobs.stop.signal,
    end,
    run: (work) => {
      const done: Promise<void> = work
        .catch((error: unknown) => deps.log.error({ err: error }, "The end of a batch of links was not written"))
        .finally(() => {
          end();
          jobs.running.delete(done);
        });
      jobs.running.add(done);
      return done;
    },
  };
}

/** Cuts off what is under way and waits until each batch is marked as failed. For the end of a process. */
export async function stopJobs(deps: Deps): Promise<void> {
  const jobs = jobsOf(deps);
  jobs.stop.abort();
  await Promise.all(jobs.running);
}

/** Waits until nothing is under way. */
export async function settleJobs(deps: Deps): Promise<void> {
  const { running } = jobsOf(deps);
  while (running.size > 0) await Promise.all(running);
}

function jobsOf(deps: Deps): Jobs {
  const known = jobsByDeps.get(deps) ?? { stop: new AbortController(), running: new Set(), taken: 0 };
  jobsByDeps.set(deps, known);
  return known;
}
