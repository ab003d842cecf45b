import type { GoLive } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { createEgress, type Egress } from "../../infra/egress.ts";
import { record, type Actor } from "../audit/service.ts";
import { environmentById, keepEvidence, urlHash } from "../deployments/service.ts";
import { sendTestWebhook } from "../webhooks/service.ts";
import { CHECKED_ADDRESSES, type CheckedAddress } from "./address-items.ts";
import { askAddress } from "./ask-address.ts";
import { gatherFacts, type Facts } from "./facts.ts";
import { judge } from "./judge.ts";

export interface GoLivePlace {
  readonly companyId: string;
  readonly deploymentId: string;
}

/** What stands between the deployment and Production, from what the system knows. Throws `deployment_unknown`. */
export async function lookAtGoLive(deps: Deps, place: GoLivePlace): Promise<GoLive> {
  return judge(await gatherFacts(deps, place.companyId, place.deploymentId));
}

/**
 * Asks the addresses of Production, sends its receiver a signed test event unless told not to, and judges anew. What was
 * found is kept as evidence for 24 hours. Throws `deployment_unknown`.
 */
export async function checkGoLive(
  deps: Deps,
  place: GoLivePlace,
  options: { readonly testWebhook: boolean; readonly actor: Actor },
): Promise<GoLive> {
  const facts = await gatherFacts(deps, place.companyId, place.deploymentId);
  await noteCheck(deps, facts, options.actor);
  const egress = createEgress(deps.config);
  try {
    await Promise.all([
      ...CHECKED_ADDRESSES.map((checked) => checkAddress(deps, egress, { facts, checked })),
      options.testWebhook ? testWebhook(deps, facts) : undefined,
    ]);
  } finally {
    await egress.close();
  }
  return lookAtGoLive(deps, place);
}

/** Before anything is sent: whoever reads the log finds out who made the server ask around. */
async function noteCheck(deps: Deps, facts: Facts, actor: Actor): Promise<void> {
  await deps.db.transaction(async (tx) =>
    record(tx, deps, {
      companyId: facts.companyId,
      actor,
      action: "deployment.go_live_checked",
      targetType: "deployment",
      targetId: facts.deploymentId,
    }),
  );
}

async function checkAddress(
  deps: Deps,
  egress: Egress,
  { facts, checked }: { readonly facts: Facts; readonly checked: CheckedAddress },
): Promise<void> {
  const url = facts.production.settings[checked.setting];
  if (url === null || !/^https?:/i.test(url) || !URL.canParse(url)) return;
  const found = await askAddress(egress, url);
  const place = { companyId: facts.companyId, environmentId: facts.production.environmentId };
  await keepEvidence(deps, place, checked.evidence, { url_hash: urlHash(url), ...found });
}

async function testWebhook(deps: Deps, facts: Facts): Promise<void> {
  if (facts.production.webhook.url === null) return;
  const environment = await environmentById(deps, facts.companyId, facts.production.environmentId);
  await sendTestWebhook(deps, environment);
}
