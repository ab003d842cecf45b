import type { Deps } from "../../infra/deps.ts";
import { record, type Actor } from "../audit/service.ts";
import { switchEndpoint, type Switched } from "../endpoints/service.ts";
import type { EnvironmentAccess } from "./access.ts";
import { noteChanges } from "./history.ts";
import { lockEnvironment } from "./store.ts";
import { unknownDeployment } from "./unknown.ts";

/**
 * The switch of an environment's webhook, kept in its history and the audit log as a change of settings is. Also while
 * the deployment is archived: results under way still have to arrive. Throws `deployment_unknown`, `webhook_not_set`.
 */
export async function switchWebhook(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: { readonly state: "enabled" | "disabled"; readonly actor: Actor },
): Promise<Switched> {
  const { companyId, environmentId, deploymentId, kind } = environment;
  const { state, actor } = wish;
  return deps.db.transaction(async (tx) => {
    // Before the endpoint, as a change of settings does: in the other order the two could wait for each other.
    if ((await lockEnvironment(tx, environment)) === null) throw unknownDeployment(deploymentId);
    const switched = await switchEndpoint(tx, deps, { companyId, environmentId, state });
    if (!switched.changed) return switched;
    const from = state === "enabled" ? "disabled" : "enabled";
    const changes = { webhook_state: { from, to: state } };
    await noteChanges(tx, deps, { companyId, environmentId, changes, actor });
    await record(tx, deps, {
      companyId,
      actor,
      action: "environment.settings_changed",
      targetType: "environment",
      targetId: environmentId,
      details: { deployment_id: deploymentId, environment: kind, changes },
    });
    return switched;
  });
}
