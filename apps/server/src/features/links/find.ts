import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { findBatchAnywhere } from "./batch-store.ts";

/** The environment of a batch, for whoever may see the whole company. Throws `link_batch_unknown`. */
export async function findBatchEnvironment(deps: Deps, companyId: string, batchId: string): Promise<EnvironmentAccess> {
  const batch = await findBatchAnywhere(deps.db, companyId, batchId);
  if (batch === null) throw fail("link_batch_unknown", "This company has no batch of links of this id.");
  return environmentById(deps, companyId, batch.environmentId);
}
