import type { EnvironmentSettings } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { checkName } from "../companies/service.ts";
import { createEndpoint, setWebhookUrl } from "../endpoints/service.ts";
import { checkModelFits, seedModels } from "../models/service.ts";
import { apiKeyContext, apiKeyHash, apiKeyHint, makeApiKey, makeTokenKey, tokenKeyContext } from "./keys.ts";
import { changesBetween, mergeSettings, readSettings, type SettingsPatch } from "./settings.ts";
import {
  findDeployment,
  insertApiKey,
  insertDeployment,
  insertEnvironment,
  insertTokenKey,
  listDeploymentRows,
  listEnvironmentRows,
  listKeyHints,
  lockEnvironment,
  updateSettings,
  type DeploymentRow,
  type EnvironmentRow,
} from "./store.ts";

export {
  authenticateApiKey,
  environmentById,
  environmentByIntegration,
  listEnvironments,
  liveKeys,
  refuseArchived,
  signingKeys,
  tokenKeys,
  type EnvironmentAccess,
  type EnvironmentPlace,
  type TokenKey,
} from "./access.ts";
export { evidenceOf, noteEvidence, type Evidence, type EvidenceKind } from "./evidence.ts";
export { API_KEY_PATTERN } from "./keys.ts";
export { tasksSwitchedOff, type SettingsPatch } from "./settings.ts";

export type EnvironmentKind = "test" | "production";

export interface CreatedEnvironment {
  readonly environmentId: string;
  readonly integrationId: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
}

export interface CreatedDeployment {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly name: string;
  readonly test: CreatedEnvironment;
  readonly production: CreatedEnvironment;
}

export interface DeploymentSummary {
  readonly deploymentId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly environments: readonly EnvironmentSummary[];
}

export interface EnvironmentSummary {
  readonly environmentId: string;
  readonly kind: EnvironmentKind;
  readonly integrationId: string;
  readonly settings: EnvironmentSettings;
  readonly webhookUrl: string | null;
  readonly webhookState: string | null;
  /** The keys alive now, as people may see them. */
  readonly keyHints: readonly string[];
}

const MAX_LISTED = 1000;

/** Both environments with their keys. The raw keys and secrets are in the answer only. Throws `setting_invalid`. */
export async function createDeployment(
  deps: Deps,
  options: { readonly companyId: string; readonly name: string; readonly actor: Actor },
): Promise<CreatedDeployment> {
  const { companyId, actor } = options;
  const name = checkName(options.name, "deployment");
  const deploymentId = deps.ids.make("dep");
  return deps.db.transaction(async (tx) => {
    // Idempotent: a deployment brings the models this version ships, also to a company that is older than they are.
    await seedModels(tx, deps, companyId);
    if (!(await insertDeployment(tx, { companyId, deploymentId, name }))) {
      throw fail("setting_invalid", `This company has a deployment named "${name}" already; choose another name.`);
    }
    const test = await createEnvironment(tx, deps, { companyId, deploymentId, kind: "test" });
    const production = await createEnvironment(tx, deps, { companyId, deploymentId, kind: "production" });
    await record(tx, deps, {
      companyId,
      actor,
      action: "deployment.created",
      targetType: "deployment",
      targetId: deploymentId,
      details: { name, test: test.integrationId, production: production.integrationId },
    });
    return { companyId, deploymentId, name, test, production };
  });
}

/** Oldest first, at most 1000. */
export async function listDeployments(deps: Deps, companyId: string): Promise<readonly DeploymentSummary[]> {
  return summarise(deps, companyId, await listDeploymentRows(deps.db, companyId, MAX_LISTED));
}

/** Throws `deployment_unknown`. */
export async function showDeployment(deps: Deps, companyId: string, deploymentId: string): Promise<DeploymentSummary> {
  const row = await findDeployment(deps.db, companyId, deploymentId);
  const [summary] = row ? await summarise(deps, companyId, [row]) : [];
  if (!summary) throw unknownDeployment(deploymentId);
  return summary;
}

export interface SetEnvironmentOptions {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly kind: EnvironmentKind;
  /** Members given replace the stored ones; nested objects are merged. */
  readonly settings?: SettingsPatch;
  /** null takes the webhook away; undefined leaves it. */
  readonly webhookUrl?: string | null;
  readonly actor: Actor;
}

/** Changes one environment, never the other. Names what really changed. Throws `deployment_unknown`, `setting_invalid`. */
export async function setEnvironment(
  deps: Deps,
  options: SetEnvironmentOptions,
): Promise<{ readonly changed: readonly string[] }> {
  const { companyId, deploymentId, kind, actor } = options;
  return deps.db.transaction(async (tx) => {
    const row = await lockEnvironment(tx, { companyId, deploymentId, kind });
    if (!row) throw unknownDeployment(deploymentId);
    const changes: Record<string, unknown> = {};
    if (options.settings !== undefined) {
      Object.assign(changes, await changeSettings(tx, companyId, { row, patch: options.settings }));
    }
    if (options.webhookUrl !== undefined) {
      const url = options.webhookUrl;
      // Also when it stays the same: setting a URL switches a disabled endpoint on again.
      await setWebhookUrl(tx, deps, { companyId, environmentId: row.environment_id, kind, url });
      Object.assign(changes, webhookChanges(row, url));
    }
    const changed = Object.keys(changes);
    if (changed.length === 0) return { changed };
    await record(tx, deps, {
      companyId,
      actor,
      action: "environment.settings_changed",
      targetType: "environment",
      targetId: row.environment_id,
      details: { deployment_id: deploymentId, environment: kind, changes },
    });
    return { changed };
  });
}

async function createEnvironment(
  tx: Transaction,
  deps: Deps,
  options: { readonly companyId: string; readonly deploymentId: string; readonly kind: EnvironmentKind },
): Promise<CreatedEnvironment> {
  const { companyId, kind } = options;
  const environmentId = deps.ids.make("env");
  const integrationId = deps.ids.integrationId();
  const keyId = deps.ids.make("key");
  const kid = deps.ids.make("kid");
  const apiKey = makeApiKey(kind);
  await insertEnvironment(tx, { ...options, environmentId, integrationId });
  await insertApiKey(tx, {
    companyId,
    environmentId,
    keyId,
    hint: apiKeyHint(apiKey),
    ciphertext: deps.secrets.encrypt(apiKey, apiKeyContext({ companyId, environmentId, keyId })),
    keyHash: apiKeyHash(deps.secrets, apiKey),
  });
  await insertTokenKey(tx, {
    companyId,
    environmentId,
    kid,
    ciphertext: deps.secrets.encrypt(makeTokenKey(), tokenKeyContext({ companyId, environmentId, kid })),
  });
  const { secret } = await createEndpoint(tx, deps, { companyId, environmentId });
  return { environmentId, integrationId, apiKey, webhookSecret: secret };
}

async function changeSettings(
  tx: Transaction,
  companyId: string,
  change: { readonly row: EnvironmentRow; readonly patch: SettingsPatch },
): Promise<Readonly<Record<string, unknown>>> {
  const { row, patch } = change;
  const merged = mergeSettings(row.settings, patch);
  const wanted = readSettings(merged);
  if (wanted.model_version !== null) {
    await checkModelFits(tx, companyId, { modelVersion: wanted.model_version, battery: wanted.battery });
  }
  const changes = changesBetween(readSettings(row.settings), wanted);
  if (Object.keys(changes).length > 0) {
    await updateSettings(tx, { companyId, environmentId: row.environment_id, settings: merged });
  }
  return changes;
}

async function summarise(
  deps: Deps,
  companyId: string,
  deployments: readonly DeploymentRow[],
): Promise<readonly DeploymentSummary[]> {
  const environments = await listEnvironmentRows(
    deps.db,
    companyId,
    deployments.map((row) => row.deployment_id),
  );
  const hints = await listKeyHints(
    deps.db,
    companyId,
    environments.map((row) => row.environment_id),
  );
  return deployments.map((row) => ({
    deploymentId: row.deployment_id,
    name: row.name,
    createdAt: row.created_at,
    environments: environments
      .filter((environment) => environment.deployment_id === row.deployment_id)
      .map((environment) => ({
        environmentId: environment.environment_id,
        kind: environment.kind,
        integrationId: environment.integration_id,
        settings: readSettings(environment.settings),
        webhookUrl: environment.webhook_url,
        webhookState: environment.webhook_state,
        keyHints: hints.filter((key) => key.environment_id === environment.environment_id).map((key) => key.hint),
      })),
  }));
}

function webhookChanges(row: EnvironmentRow, url: string | null): Readonly<Record<string, unknown>> {
  return {
    ...(url !== row.webhook_url && { webhook_url: { from: withoutQuery(row.webhook_url), to: withoutQuery(url) } }),
    ...(row.webhook_state === "disabled" && { webhook_state: { from: "disabled", to: "enabled" } }),
  };
}

/** A query string often carries a receiver's own secret; the audit log keeps what names the receiver. */
function withoutQuery(url: string | null): string | null {
  return url === null ? null : (url.split("?")[0] ?? "");
}

function unknownDeployment(deploymentId: string): Error {
  return fail(
    "deployment_unknown",
    `There is no deployment "${deploymentId}" in this company. List them with: tallystick deployment list`,
  );
}
