import { MONITORING_MAX_DAYS } from "@tallystick/contract";

import { startCompanyWorker } from "../../infra/company-worker.ts";
import type { Deps } from "../../infra/deps.ts";
import type { Loop } from "../../infra/loop.ts";
import { listEnvironments } from "../deployments/service.ts";
import { lookAtDays } from "./days.ts";
import * as store from "./days-store.ts";
import { dayOf, rangeOf, shift } from "./range.ts";

/** What changes, changes in the last days; older days are looked at once an hour, and by whoever opens the page. */
const PASS_EVERY_MS = 60_000;
const RECENT_DAYS = 4;
const ALL_EVERY_MS = 3_600_000;
/** A page's longest range, ending in any of the last days. */
const KEPT_DAYS = MONITORING_MAX_DAYS + 34;
/** Days looked at in one go: an answer of some thousand rows, and a stop that is heard soon. */
const STRETCH_DAYS = 20;

/**
 * Keeps the counts of one company's days: those of the last days, or with `all` of every day that a page can ask for,
 * newest first; older counts go. Returns how many parts of days were counted anew.
 */
export async function keepDays(
  deps: Deps,
  companyId: string,
  options: { readonly all: boolean; readonly goOn?: () => boolean },
): Promise<number> {
  const { all, goOn = () => true } = options;
  const environmentIds = (await listEnvironments(deps, companyId)).map(({ environmentId }) => environmentId);
  // Tomorrow too: what the database calls today may not have come here.
  const newest = shift(dayOf(new Date()), 1);
  const length = all ? KEPT_DAYS : RECENT_DAYS;
  let counted = 0;
  for (let done = 0; done < length && goOn(); done += STRETCH_DAYS) {
    const { from, to } = rangeOf(shift(newest, 1 - Math.min(length, done + STRETCH_DAYS)), shift(newest, -done));
    const span = { companyId, environmentIds, from, to };
    counted += (await lookAtDays(deps, span, { budgetRows: Infinity, maxAgeMs: 0, goOn })).counted;
  }
  if (all) await store.deleteDaysBefore(deps.db, companyId, shift(newest, -KEPT_DAYS));
  return counted;
}

/** Every company once a minute. `stop` waits for the day that is being counted. */
export function startMonitoringKeeper(deps: Deps): Loop {
  const lookedAtAll = new Map<string, number>();
  return startCompanyWorker({
    name: "monitoring counts",
    everyMs: PASS_EVERY_MS,
    log: deps.log,
    companies: () => store.selectCompanyIds(deps.db),
    work: async (companyId, goOn) => {
      const now = performance.now();
      const all = now - (lookedAtAll.get(companyId) ?? -Infinity) >= ALL_EVERY_MS;
      await keepDays(deps, companyId, { all, goOn });
      if (all && goOn()) lookedAtAll.set(companyId, now);
    },
  });
}
