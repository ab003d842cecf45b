/** Deployments are archived, never deleted: what was measured under a name stays found under it. */
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { checkName } from "../companies/service.ts";
import { nameAdvice, type Advice } from "./naming.ts";
import { archiveRow, listOtherNames, lockDeployment, lockNames, renameRow } from "./store.ts";
import { unknownDeployment } from "./unknown.ts";

interface Target {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly actor: Actor;
}

/**
 * From within a second on both environments refuse new sessions (`deployment_archived`); open journeys go on, webhooks
 * too, results stay. Doing it twice changes nothing. Throws `deployment_unknown`.
 */
export async function archiveDeployment(deps: Deps, target: Target): Promise<{ readonly archivedAt: Date | null }> {
  return setArchived(deps, target, { archived: true });
}

/** Both environments take new sessions again. Throws `deployment_unknown`. */
export async function unarchiveDeployment(deps: Deps, target: Target): Promise<{ readonly archivedAt: Date | null }> {
  return setArchived(deps, target, { archived: false });
}

/** Throws `deployment_unknown`, `deployment_name_taken`, `setting_invalid`. Advice refuses nothing. */
export async function renameDeployment(
  deps: Deps,
  target: Target & { readonly name: string },
): Promise<{ readonly name: string; readonly advice: readonly Advice[] }> {
  const { companyId, deploymentId, actor } = target;
  const name = checkName(target.name, "deployment");
  return deps.db.transaction(async (tx) => {
    await lockNames(tx, companyId);
    const row = await lockDeployment(tx, companyId, deploymentId);
    if (row === null) throw unknownDeployment(deploymentId);
    const advice = nameAdvice(name, await listOtherNames(tx, companyId, deploymentId));
    if (row.name === name) return { name, advice };
    if (!(await renameRow(tx, { companyId, deploymentId, name }))) throw nameTaken(name);
    await record(tx, deps, {
      companyId,
      actor,
      action: "deployment.renamed",
      targetType: "deployment",
      targetId: deploymentId,
      details: { from: row.name, to: name },
    });
    return { name, advice };
  });
}

export function nameTaken(name: string): Error {
  return fail("deployment_name_taken", `This company has a deployment named "${name}" already; choose another name.`);
}

async function setArchived(
  deps: Deps,
  target: Target,
  wish: { readonly archived: boolean },
): Promise<{ readonly archivedAt: Date | null }> {
  const { companyId, deploymentId, actor } = target;
  return deps.db.transaction(async (tx) => {
    const row = await lockDeployment(tx, companyId, deploymentId);
    if (row === null) throw unknownDeployment(deploymentId);
    if ((row.archived_at !== null) === wish.archived) return { archivedAt: row.archived_at };
    const archivedAt = await archiveRow(tx, { companyId, deploymentId, archived: wish.archived });
    await record(tx, deps, {
      companyId,
      actor,
      action: wish.archived ? "deployment.archived" : "deployment.unarchived",
      targetType: "deployment",
      targetId: deploymentId,
      details: { name: row.name },
    });
    return { archivedAt };
  });
}
