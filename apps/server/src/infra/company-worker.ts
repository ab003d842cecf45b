import type { Logger } from "./logger.ts";
import { startLoop, type Loop } from "./loop.ts";

export interface CompanyWorkerOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  /** Those that have something to do. */
  readonly companies: () => Promise<readonly string[]>;
  /** `goOn` is to be asked before each batch. */
  readonly work: (companyId: string, goOn: () => boolean) => Promise<unknown>;
}

/** Works through a queue of each company, one company after the other. `stop` waits for the batch under way. */
export function startCompanyWorker({ name, everyMs, log, companies, work }: CompanyWorkerOptions): Loop {
  let isStopping = false;
  const goOn = (): boolean => !isStopping;
  const loop = startLoop({
    name,
    everyMs,
    log,
    pass: async () => {
      for (const companyId of await companies()) await work(companyId, goOn);
    },
  });
  return {
    stop: () => {
      isStopping = true;
      return loop.stop();
    },
  };
}

/** Repeats `batch`, which says how many it did of at most `size`, until one was not full. Returns how many in all. */
export async function inBatches(size: number, goOn: () => boolean, batch: () => Promise<number>): Promise<number> {
  let total = 0;
  while (goOn()) {
    const done = await batch();
    total += done;
    if (done < size) break;
  }
  return total;
}
