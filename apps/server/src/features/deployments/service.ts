import type { EnvironmentSettings } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { record, type Actor } from "../audit/service.ts";
import { checkName } from "../companies/service.ts";
import { createEndpoint } from "../endpoints/service.ts";
import { seedModels } from "../models/service.ts";
import { addKey } from "./api-keys.ts";
import { nameTaken } from "./archive.ts";
import { makeTokenKey, tokenKeyContext } from "./keys.ts";
import { nameAdvice, type Advice } from "./naming.ts";
import { readSettings } from "./settings.ts";
import {
  findDeployment,
  insertDeployment,
  insertEnvironment,
  insertTokenKey,
  listDeploymentRows,
  listEnvironmentRows,
  listKeyHints,
  listOtherNames,
  lockNames,
  type DeploymentRow,
} from "./store.ts";
import { unknownDeployment } from "./unknown.ts";

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
export {
  listApiKeys,
  revealApiKey,
  revokeApiKey,
  rotateApiKey,
  rotateTokenKey,
  type ApiKeyView,
  type KeyPlace,
  type Overlap,
} from "./api-keys.ts";
export { archiveDeployment, renameDeployment, unarchiveDeployment } from "./archive.ts";
export { listChoices } from "./choices.ts";
export { switchWebhook } from "./endpoint-switch.ts";
export { setEnvironment } from "./change-settings.ts";
export { applyCopy, previewCopy } from "./copy.ts";
export { evidenceOf, keepEvidence, noteEvidence, urlHash, type Evidence, type EvidenceKind } from "./evidence.ts";
export { listSettingChanges } from "./history.ts";
export { noteKeyUse } from "./key-use.ts";
export { API_KEY_PATTERN, SEALED_KEYS } from "./keys.ts";
export { logoPath, readLogo, setLogo } from "./logo.ts";
export type { Advice } from "./naming.ts";
export { draftSettings, tasksSwitchedOff, type SettingsPatch } from "./settings.ts";

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
  readonly advice: readonly Advice[];
}

export interface DeploymentSummary {
  readonly deploymentId: string;
  readonly name: string;
  readonly createdAt: Date;
  /** null: in use. */
  readonly archivedAt: Date | null;
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

/** Both environments with their keys. The raw keys and secrets are in the answer only. Throws `setting_invalid`, `deployment_name_taken`. */
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
    await lockNames(tx, companyId);
    if (!(await insertDeployment(tx, { companyId, deploymentId, name }))) throw nameTaken(name);
    const advice = nameAdvice(name, await listOtherNames(tx, companyId, deploymentId));
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
    return { companyId, deploymentId, name, test, production, advice };
  });
}

/** Oldest first, at most 1000. */
export async function listDeployments(
  deps: Deps,
  companyId: string,
  { archived = "no" }: { readonly archived?: "no" | "yes" | "all" } = {},
): Promise<readonly DeploymentSummary[]> {
  return summarise(deps, companyId, await listDeploymentRows(deps.db, companyId, { archived, limit: MAX_LISTED }));
}

/** Archived ones too. Throws `deployment_unknown`. */
export async function showDeployment(deps: Deps, companyId: string, deploymentId: string): Promise<DeploymentSummary> {
  const row = await findDeployment(deps.db, companyId, deploymentId);
  const [summary] = row ? await summarise(deps, companyId, [row]) : [];
  if (!summary) throw unknownDeployment(deploymentId);
  return summary;
}

async function createEnvironment(
  tx: Transaction,
  deps: Deps,
  options: { readonly companyId: string; readonly deploymentId: string; readonly kind: EnvironmentKind },
): Promise<CreatedEnvironment> {
  const { companyId, kind } = options;
  const environmentId = deps.ids.make("env");
  const integrationId = deps.ids.integrationId();
  const kid = deps.ids.make("kid");
  await insertEnvironment(tx, { ...options, environmentId, integrationId });
  const { apiKey } = await addKey(tx, deps, { companyId, environmentId, kind });
  await insertTokenKey(tx, {
    companyId,
    environmentId,
    kid,
    ciphertext: deps.secrets.encrypt(makeTokenKey(), tokenKeyContext({ companyId, environmentId, kid })),
  });
  const { secret } = await createEndpoint(tx, deps, { companyId, environmentId });
  return { environmentId, integrationId, apiKey, webhookSecret: secret };
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
    archivedAt: row.archived_at,
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
