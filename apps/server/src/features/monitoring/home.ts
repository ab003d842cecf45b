import { ATTENTION_COUNT_LIMIT, HOME_DAY_MAX_HOURS, type Home } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { listDeployments } from "../deployments/service.ts";
import { epochSeconds } from "../sessions/lifecycle.ts";
import {
  attentionOf,
  BATCH_DAYS,
  DEAD_DAYS,
  RETIRING_DAYS,
  REVIEW_DAYS,
  UNSCORABLE_DAYS,
  type Findings,
  type Place,
} from "./attention.ts";
import { funnelOf } from "./blocks.ts";
import { bump, newCounts } from "./counts.ts";
import * as store from "./home-store.ts";

export interface HomeQuery {
  readonly companyId: string;
  readonly role: "admin" | "viewer";
  /** Epoch seconds: where today began for who looks. */
  readonly from?: number | undefined;
}

const MAX_ITEMS = 100;
const HOUR_SECONDS = 3600;
/** One more than is shown: then there are more. */
const LIMIT = ATTENTION_COUNT_LIMIT + 1;

/**
 * What needs attention in the deployments in use, and how today goes in all. What concerns keys and people is found for
 * admins only. Throws `query_invalid` for a day that began more than 36 hours ago, or later than now.
 */
export async function readHome(deps: Deps, query: HomeQuery): Promise<Home> {
  const { companyId } = query;
  const now = await store.selectNow(deps.db);
  const from = dayStart(query.from, now);
  const places = await listPlaces(deps, companyId);
  const inUse = places.filter(({ archived }) => !archived);
  const items = attentionOf(await findOut(deps, query, { now, places: inUse }));
  return {
    as_of: epochSeconds(now),
    from: epochSeconds(from),
    attention: items.slice(0, MAX_ITEMS),
    more: Math.max(0, items.length - MAX_ITEMS),
    production: await readDay(deps, companyId, { places, kind: "production", from }),
    test: await readDay(deps, companyId, { places, kind: "test", from }),
  };
}

function dayStart(from: number | undefined, now: Date): Date {
  const latest = epochSeconds(now);
  if (from === undefined) return new Date((latest - 24 * HOUR_SECONDS) * 1000);
  // A browser's clock may be a little ahead just after its midnight.
  if (from > latest + HOUR_SECONDS) throw fail("query_invalid", "from: takes a time that has come.");
  if (from < latest - HOME_DAY_MAX_HOURS * HOUR_SECONDS) {
    throw fail("query_invalid", `from: takes a time at most ${HOME_DAY_MAX_HOURS} hours ago.`);
  }
  return new Date(from * 1000);
}

type AnyPlace = Place & { readonly archived: boolean };

async function listPlaces(deps: Deps, companyId: string): Promise<readonly AnyPlace[]> {
  const deployments = await listDeployments(deps, companyId, { archived: "all" });
  return deployments.flatMap(({ deploymentId, name, archivedAt, environments }) =>
    environments.map(({ environmentId, kind, webhookUrl, settings }) => ({
      environmentId,
      kind,
      deploymentId,
      deployment: name,
      hasWebhook: webhookUrl !== null,
      hasPrivacyPolicy: settings.privacy_policy_url !== null,
      archived: archivedAt !== null,
    })),
  );
}

/** Results, links and batches of Production only: what is tried out in Test needs nobody's attention. */
async function findOut(
  { db }: Deps,
  { companyId, role }: HomeQuery,
  { now, places }: { readonly now: Date; readonly places: readonly Place[] },
): Promise<Findings> {
  const idsOf = (some: readonly Place[]) => some.map(({ environmentId }) => environmentId);
  const all = { companyId, environmentIds: idsOf(places) };
  const production = { companyId, environmentIds: idsOf(places.filter(({ kind }) => kind === "production")) };
  const isAdmin = role === "admin";
  return {
    now,
    places,
    endpoints: await store.selectTroubledEndpoints(db, all),
    dead: await store.countDead(db, all, { days: DEAD_DAYS, limit: LIMIT }),
    keys: isAdmin ? await store.selectRetiringKeys(db, all, RETIRING_DAYS) : [],
    secrets: isAdmin ? await store.selectRetiringSecrets(db, all, RETIRING_DAYS) : [],
    batches: await store.selectFailedBatches(db, all, { days: BATCH_DAYS, limit: MAX_ITEMS }),
    unscorable: await store.countResults(db, production, {
      which: "unscorable",
      days: UNSCORABLE_DAYS,
      limit: LIMIT,
    }),
    toReview: await store.countResults(db, production, { which: "to_review", days: REVIEW_DAYS, limit: LIMIT }),
    expiring: await store.countExpiringLinks(db, production, { limit: LIMIT }),
    adminsWithoutSecondFactor: isAdmin ? await store.countAdminsWithoutSecondFactor(db, companyId) : 0,
  };
}

async function readDay(
  { db }: Deps,
  companyId: string,
  day: { readonly places: readonly Place[]; readonly kind: "test" | "production"; readonly from: Date },
): Promise<Home["production"]> {
  const environmentIds = day.places.filter(({ kind }) => kind === day.kind).map(({ environmentId }) => environmentId);
  const key = { companyId, environmentIds };
  const states = newCounts();
  const ended = newCounts();
  const OPEN = new Set(["created", "opened", "in_progress"]);
  for (const row of await store.countCreated(db, key, day.from)) {
    bump(states, [row.state], row.count);
    if (OPEN.has(row.state)) continue;
    if (row.opened) bump(ended, ["opened"], row.count);
    if (row.consented) bump(ended, ["consented"], row.count);
    if (row.state === "completed") bump(ended, [row.outcome === "unscorable" ? "unscorable" : "scored"], row.count);
  }
  const ends = await store.countEnded(db, key, day.from);
  const endedAs = (state: string) => ends.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0);
  return {
    funnel: funnelOf(states, ended),
    ended: {
      completed: endedAs("completed"),
      expired: endedAs("expired"),
      cancelled: endedAs("cancelled"),
      incomplete: endedAs("incomplete"),
    },
  };
}
