import type { Deps } from "../../infra/deps.ts";
import { type EnvironmentAccess, keepEvidence, urlHash } from "../deployments/service.ts";
import type { SentOnce } from "./send-once.ts";

/**
 * For the go-live check: the receiver took a signed score event. Only of the saved URL: there is one proof, and that of
 * a draft would take the place of the one that counts.
 */
export async function keepTestProof(deps: Deps, environment: EnvironmentAccess, sent: SentOnce): Promise<void> {
  const { url, isSaved, outcome } = sent;
  if (!isSaved || outcome.kind !== "answered" || outcome.status !== 200) return;
  const { companyId, environmentId } = environment;
  await keepEvidence(deps, { companyId, environmentId }, "webhook_test_accepted", { url_hash: urlHash(url) });
}
