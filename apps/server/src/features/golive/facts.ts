/** Everything the go-live items are judged by, gathered once. */
import { environmentSettingsSchema, type EnvironmentSettings } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { listCompanies } from "../companies/service.ts";
import { evidenceOf, liveKeys, type Evidence, type EvidenceKind } from "../deployments/service.ts";
import { findEndpoint, signingSecrets } from "../endpoints/service.ts";
import { countUsableAdmins, listProvenJourneys, listSides, type SideRow } from "./store.ts";

export interface Facts {
  readonly now: Date;
  readonly installation: { readonly publicUrl: string; readonly beaconUrl: string; readonly sendsMail: boolean };
  readonly companyId: string;
  /** With several companies on the installation, command lines have to name theirs. */
  readonly isOnlyCompany: boolean;
  readonly deploymentId: string;
  readonly name: string;
  readonly archivedAt: Date | null;
  readonly admins: number;
  readonly test: Side;
  readonly production: Side;
  /** A key or secret that is the same on both sides. */
  readonly shared: { readonly apiKey: boolean; readonly webhookSecret: boolean };
}

export interface Side {
  readonly environmentId: string;
  readonly kind: "test" | "production";
  readonly integrationId: string;
  readonly settings: EnvironmentSettings;
  /** Members of the settings that somebody chose; the others hold the default. */
  readonly chosen: ReadonlySet<string>;
  readonly webhook: {
    readonly url: string | null;
    readonly enabled: boolean;
    readonly disabledReason: string | null;
  };
  readonly evidence: ReadonlyMap<EvidenceKind, Evidence>;
  /** When a score event was last acknowledged; null = never, as far as the last thousand deliveries reach. */
  readonly acknowledged: { readonly played: Date | null; readonly simulated: Date | null };
}

/** Throws `deployment_unknown`. */
export async function gatherFacts(deps: Deps, companyId: string, deploymentId: string): Promise<Facts> {
  const rows = await listSides(deps.db, companyId, deploymentId);
  const testRow = rows.find((row) => row.kind === "test");
  const productionRow = rows.find((row) => row.kind === "production");
  if (testRow === undefined || productionRow === undefined) {
    throw fail("deployment_unknown", `There is no deployment "${deploymentId}" in this company.`);
  }
  const [test, production, admins, companies, shared] = await Promise.all([
    sideOf(deps, companyId, testRow),
    sideOf(deps, companyId, productionRow),
    countUsableAdmins(deps.db, companyId),
    listCompanies(deps),
    sharedBetween(deps, companyId, [testRow.environment_id, productionRow.environment_id]),
  ]);
  const { publicUrl, beaconUrl } = deps.config;
  return {
    now: testRow.now,
    installation: { publicUrl, beaconUrl, sendsMail: deps.config.smtpUrl !== null },
    companyId,
    isOnlyCompany: companies.length <= 1,
    deploymentId,
    name: testRow.name,
    archivedAt: testRow.archived_at,
    admins,
    test,
    production,
    shared,
  };
}

async function sideOf(deps: Deps, companyId: string, row: SideRow): Promise<Side> {
  const place = { companyId, environmentId: row.environment_id };
  const [evidence, journeys] = await Promise.all([evidenceOf(deps, place), listProvenJourneys(deps.db, place)]);
  return {
    environmentId: row.environment_id,
    kind: row.kind,
    integrationId: row.integration_id,
    settings: environmentSettingsSchema.parse(row.settings),
    chosen: new Set(Object.keys(row.settings)),
    webhook: { url: row.webhook_url, enabled: row.webhook_state === "enabled", disabledReason: row.disabled_reason },
    evidence: new Map(evidence.map((one) => [one.kind, one])),
    acknowledged: {
      played: journeys.find((journey) => !journey.simulated)?.delivered_at ?? null,
      simulated: journeys.find((journey) => journey.simulated)?.delivered_at ?? null,
    },
  };
}

/** Raw keys are compared in memory and go nowhere. */
async function sharedBetween(
  deps: Deps,
  companyId: string,
  environmentIds: readonly [string, string],
): Promise<Facts["shared"]> {
  const [keys, secrets] = await Promise.all([
    Promise.all(environmentIds.map(async (id) => (await liveKeys(deps, companyId, id)).map(({ key }) => key))),
    Promise.all(environmentIds.map(async (environmentId) => secretsOf(deps, { companyId, environmentId }))),
  ]);
  return { apiKey: meet(keys), webhookSecret: meet(secrets) };
}

async function secretsOf(
  deps: Deps,
  place: { readonly companyId: string; readonly environmentId: string },
): Promise<readonly string[]> {
  const endpoint = await findEndpoint(deps, place);
  return endpoint === null ? [] : signingSecrets(deps, place.companyId, endpoint.endpointId);
}

function meet([first = [], second = []]: readonly (readonly string[])[]): boolean {
  return first.some((value) => second.includes(value));
}
