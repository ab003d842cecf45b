/** One environment's settings change together or not at all, with their history and their audit entry. */
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { setWebhookUrl } from "../endpoints/service.ts";
import { checkModelFits } from "../models/service.ts";
import { noteChanges, withHiddenQuery, type Changes } from "./history.ts";
import { checkLogo } from "./check-logo.ts";
import { warningsAbout, type SettingWarning } from "./setting-warnings.ts";
import { changesBetween, mergeSettings, readSettings, type SettingsPatch } from "./settings.ts";
import { lockEnvironment, updateSettings, type EnvironmentRow, type LockedEnvironmentRow } from "./store.ts";
import { unknownDeployment } from "./unknown.ts";

export interface SetEnvironmentOptions {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly kind: "test" | "production";
  /** Members given replace the stored ones; nested objects are merged. */
  readonly settings?: SettingsPatch;
  /** null takes the webhook away; undefined leaves it. */
  readonly webhookUrl?: string | null;
  readonly actor: Actor;
}

export interface SetEnvironmentResult {
  readonly changed: readonly string[];
  /** What to look at in the members given, also in those that were so before. */
  readonly warnings: readonly SettingWarning[];
}

/**
 * Changes one environment, never the other. Names what really changed. An archived deployment keeps its settings but
 * for the webhook URL, because results under way still have to arrive.
 * Throws `deployment_unknown`, `deployment_archived`, `setting_invalid`.
 */
export async function setEnvironment(deps: Deps, options: SetEnvironmentOptions): Promise<SetEnvironmentResult> {
  return deps.db.transaction(async (tx) => {
    const row = await lockEnvironment(tx, options);
    if (!row) throw unknownDeployment(options.deploymentId);
    if (options.settings !== undefined && Object.keys(options.settings).length > 0) refuseWhenArchived(row);
    const { changed } = await applyChanges(tx, deps, { ...options, row, action: "environment.settings_changed" });
    return { changed, warnings: warningsAbout(options.settings ?? {}) };
  });
}

export function refuseWhenArchived(row: LockedEnvironmentRow): void {
  if (!row.archived) return;
  throw fail(
    "deployment_archived",
    `The deployment "${row.deployment_name}" is archived and its settings stay as they are, except for the webhook URL. Un-archive it to change them.`,
  );
}

/** Inside a transaction that holds the environment's lock. */
export async function applyChanges(
  tx: Transaction,
  deps: Deps,
  wish: SetEnvironmentOptions & { readonly row: EnvironmentRow; readonly action: string },
): Promise<{ readonly changed: readonly string[] }> {
  const { companyId, deploymentId, kind, actor, row } = wish;
  const environmentId = row.environment_id;
  const changes: Record<string, Changes[string]> = {};
  if (wish.settings !== undefined) {
    Object.assign(changes, await changeSettings(tx, companyId, { row, patch: wish.settings }));
  }
  if (wish.webhookUrl !== undefined) {
    const url = wish.webhookUrl;
    // Also when it stays the same: setting a URL switches a disabled endpoint on again.
    await setWebhookUrl(tx, deps, { companyId, environmentId, kind, url });
    Object.assign(changes, webhookChanges(deps, row, url));
  }
  const changed = Object.keys(changes);
  if (changed.length === 0) return { changed };
  await noteChanges(tx, deps, { companyId, environmentId, changes, actor });
  await record(tx, deps, {
    companyId,
    actor,
    action: wish.action,
    targetType: "environment",
    targetId: environmentId,
    details: { deployment_id: deploymentId, environment: kind, changes },
  });
  return { changed };
}

async function changeSettings(
  tx: Transaction,
  companyId: string,
  change: { readonly row: EnvironmentRow; readonly patch: SettingsPatch },
): Promise<Changes> {
  const { row, patch } = change;
  const merged = mergeSettings(row.settings, patch);
  const wanted = readSettings(merged);
  if (wanted.model_version !== null) {
    await checkModelFits(tx, companyId, { modelVersion: wanted.model_version, battery: wanted.battery });
  }
  if (wanted.brand.logo !== null) await checkLogo(tx, companyId, wanted.brand.logo);
  const changes = changesBetween(readSettings(row.settings), wanted);
  if (Object.keys(changes).length > 0) {
    await updateSettings(tx, { companyId, environmentId: row.environment_id, settings: merged });
  }
  return changes;
}

function webhookChanges(deps: Deps, row: EnvironmentRow, url: string | null): Changes {
  const hidden = (value: string | null): string | null => withHiddenQuery(deps.secrets, value);
  return {
    ...(url !== row.webhook_url && { webhook_url: { from: hidden(row.webhook_url), to: hidden(url) } }),
    ...(row.webhook_state === "disabled" && { webhook_state: { from: "disabled", to: "enabled" } }),
  };
}
