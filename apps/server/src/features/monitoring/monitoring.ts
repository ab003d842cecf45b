import { MONITORING_DEFAULT_DAYS, MONITORING_MAX_DAYS, type Monitoring } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { listDeployments, type EnvironmentSummary } from "../deployments/service.ts";
import { loadModel } from "../models/service.ts";
import { epochSeconds } from "../sessions/lifecycle.ts";
import { completionOf, devicesOf, funnelOf, languagesOf, scoresOf, tasksOf, webhooksOf } from "./blocks.ts";
import type { Side } from "./count-day.ts";
import { addCounts, below, branches, countAt, newCounts, total, without, type Counts } from "./counts.ts";
import { lookAtDays, type LookOptions, type Looked } from "./days.ts";
import type { Part } from "./days-store.ts";
import { driftOf, type ModelNorm } from "./drift.ts";
import { daysBetween, dayOf, rangeOf, shift, type Range } from "./range.ts";
import { quantile } from "./values.ts";

export interface MonitoringQuery {
  readonly companyId: string;
  readonly environment: "test" | "production";
  readonly deploymentId?: string | undefined;
  /** First and last day, YYYY-MM-DD, UTC. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly simulated: "with" | "without";
}

/**
 * Some 250 ms of counting: what today and yesterday of a busy lender changed. More is left to the background, and the
 * answer says as of when it is true.
 */
const READING: LookOptions = { budgetRows: 6_000, maxAgeMs: 30_000 };

/**
 * All blocks over a range of days. Of a busy day the last 30 seconds may be missing, `as_of` says so. Throws `query_invalid` for a range
 * that ends before it begins or is longer than 366 days, `deployment_unknown`.
 */
export async function readMonitoring(
  deps: Deps,
  query: MonitoringQuery,
  options: Partial<LookOptions> = {},
): Promise<Monitoring> {
  const range = checkedRange(query);
  const environments = await environmentsOf(deps, query);
  const looked = await lookAtDays(
    deps,
    {
      companyId: query.companyId,
      environmentIds: environments.map(({ environmentId }) => environmentId),
      from: range.from,
      to: range.to,
    },
    { ...READING, ...options },
  );
  const sums = addUp(looked, { environments, sides: sidesOf(query) });
  const norms = await normsOf(deps, query.companyId, sums.all.results);
  return {
    environment: query.environment,
    deployment_id: query.deploymentId ?? null,
    from: range.days[0] ?? "",
    to: range.days.at(-1) ?? "",
    as_of: epochSeconds(looked.asOf),
    uncounted_days: looked.uncountedDays,
    ...blocksOf(sums, norms),
    series: range.days.map((day) => seriesDay(day, sums.days.get(day))),
    webhooks: {
      all: webhooksOf(sums.all.deliveries, sums.all.webhooks),
      days: range.days.map((day) => {
        const { deliveries, webhooks } = sums.days.get(day) ?? emptySum();
        return { day, ...webhooksOf(deliveries, webhooks) };
      }),
    },
  };
}

function checkedRange({ from, to }: MonitoringQuery): Range {
  const last = to ?? (from === undefined ? dayOf(new Date()) : laterOf(from, dayOf(new Date())));
  const first = from ?? shift(last, 1 - MONITORING_DEFAULT_DAYS);
  const length = daysBetween(first, last) + 1;
  if (length < 1) throw fail("query_invalid", "to: must not be before from.");
  if (length > MONITORING_MAX_DAYS) {
    throw fail(
      "query_invalid",
      `from: the range has ${length} days; at most ${MONITORING_MAX_DAYS} are shown at once.`,
    );
  }
  return rangeOf(first, last);
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

/** Of archived deployments too: what happened there happened. */
async function environmentsOf(deps: Deps, query: MonitoringQuery): Promise<readonly EnvironmentSummary[]> {
  const { companyId, deploymentId, environment } = query;
  const deployments = (await listDeployments(deps, companyId, { archived: "all" })).filter(
    (deployment) => deploymentId === undefined || deployment.deploymentId === deploymentId,
  );
  if (deploymentId !== undefined && deployments.length === 0) {
    throw fail("deployment_unknown", `There is no deployment "${deploymentId.slice(0, 60)}" in this company.`);
  }
  return deployments.flatMap(({ environments }) => environments.filter(({ kind }) => kind === environment));
}

function sidesOf({ simulated }: MonitoringQuery): readonly Side[] {
  return simulated === "with" ? ["people", "simulated"] : ["people"];
}

interface Sum {
  /** What was counted of ended sessions, of results and of delivered webhooks. */
  readonly journeys: Counts;
  readonly results: Counts;
  readonly webhooks: Counts;
  /** Sessions and deliveries by state, as they are now. */
  readonly states: Counts;
  readonly deliveries: Counts;
}

interface Sums {
  readonly all: Sum;
  readonly days: ReadonlyMap<string, Sum>;
}

function emptySum(): Sum {
  const [journeys, results, webhooks] = [newCounts(), newCounts(), newCounts()];
  return { journeys, results, webhooks, states: newCounts(), deliveries: newCounts() };
}

/** Adds up the environments and the sides that are asked for, by day and over all days. */
function addUp(
  looked: Looked,
  asked: { readonly environments: readonly EnvironmentSummary[]; readonly sides: readonly Side[] },
): Sums {
  const all = emptySum();
  const days = new Map<string, Sum>();
  const of = (day: string): readonly Sum[] => {
    const sum = days.get(day) ?? emptySum();
    days.set(day, sum);
    return [sum, all];
  };
  // Traits that do not enter the score are shown only where the environment says so: some say more than a lender asked for.
  const hiding = new Set(
    asked.environments.filter(({ settings }) => settings.traits !== "all").map(({ environmentId }) => environmentId),
  );
  for (const { environmentId, part, day, content } of looked.days) {
    const shown = part === "results" && hiding.has(environmentId) ? without(content, "unrated") : content;
    for (const sum of of(day)) addPart(sum, { part, content: shown, sides: asked.sides });
  }
  for (const [day, live] of looked.live) {
    for (const sum of of(day)) {
      addCounts(sum.deliveries, below(live, "deliveries"));
      for (const side of asked.sides) addCounts(sum.states, below(live, side, "states"));
    }
  }
  return { all, days };
}

function addPart(
  sum: Sum,
  { part, content, sides }: { readonly part: Part; readonly content: Counts; readonly sides: readonly Side[] },
): void {
  if (part === "webhooks") return addCounts(sum.webhooks, content);
  for (const side of sides) addCounts(sum[part], below(content, side));
  if (part === "results") {
    const compared = newCounts();
    compared["compared"] = below(content, "compared");
    compared["left_out"] = below(content, "left_out");
    addCounts(sum.results, compared);
  }
}

function blocksOf({ all }: Sums, norms: readonly ModelNorm[]) {
  const traits = [...new Set(norms.flatMap((norm) => norm.traits))];
  return {
    funnel: funnelOf(all.states, all.journeys),
    tasks: tasksOf(all.journeys),
    completion_time: completionOf(all.journeys),
    devices: devicesOf(all.journeys),
    languages: languagesOf(all.journeys),
    scores: scoresOf(all.results, traits),
    drift: driftOf(all.results, norms),
  };
}

function seriesDay(day: string, sum: Sum = emptySum()): Monitoring["series"][number] {
  const scores = below(sum.results, "scores");
  return {
    day,
    created: total(sum.states),
    completed: countAt(sum.states, "completed"),
    scored: total(scores),
    median_score: quantile(scores, 0.5),
  };
}

async function normsOf(deps: Deps, companyId: string, results: Counts): Promise<readonly ModelNorm[]> {
  const norms: ModelNorm[] = [];
  for (const [modelVersion] of branches(below(results, "compared"))) {
    const { artefact } = await loadModel(deps.db, companyId, modelVersion);
    norms.push({ modelVersion, norms: artefact.norms, traits: artefact.traits.map(({ key }) => key) });
  }
  return norms;
}
