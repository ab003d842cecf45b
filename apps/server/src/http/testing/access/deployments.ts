import { createDeployment, listApiKeys, previewCopy, rotateApiKey } from "../../../features/deployments/service.ts";
import { listWebhookSecrets, rotateWebhookSecret } from "../../../features/endpoints/service.ts";
import { SYSTEM } from "../../../features/audit/service.ts";
import { MARKER, type AccessEntries, type Call, type World } from "./world.ts";

let made = 0;

/** A deployment of the victim's company that nobody else uses. */
async function fresh({ lender, victim }: World) {
  made += 1;
  const { companyId } = victim;
  const name = `${MARKER} Product ${made}`;
  const deployment = await createDeployment(lender.deps, { companyId, name, actor: SYSTEM });
  const place = { companyId, environmentId: deployment.test.environmentId, kind: "test" as const };
  return { deployment, place };
}

async function ofDeployment(world: World): Promise<Call> {
  const { deployment } = await fresh(world);
  return { params: { deployment_id: deployment.deploymentId } };
}

async function ofEnvironment(world: World): Promise<Call> {
  const { place } = await fresh(world);
  return { params: { environment_id: place.environmentId } };
}

/** The older of two keys, so that it may be revoked. */
async function ofKey(world: World): Promise<Call> {
  const { place } = await fresh(world);
  const [old] = await listApiKeys(world.lender.deps, place);
  await rotateApiKey(world.lender.deps, place, { overlap: { hours: 1 }, actor: SYSTEM });
  return { params: { environment_id: place.environmentId, key_id: old?.keyId ?? "" } };
}

async function ofSecret(world: World): Promise<Call> {
  const { place } = await fresh(world);
  const [old] = await listWebhookSecrets(world.lender.deps, place);
  await rotateWebhookSecret(world.lender.deps, place, { overlap: { hours: 1 }, actor: SYSTEM });
  return { params: { environment_id: place.environmentId, secret_id: old?.secretId ?? "" } };
}

export const DEPLOYMENT_ACCESS: AccessEntries = {
  listChoices: { call: () => ({}), namesNothing: true },
  renameCompany: { call: () => ({ body: { name: `${MARKER} Company ${(made += 1)}` } }), namesNothing: true },
  listDeployments: { call: () => ({}), namesNothing: true },
  createDeployment: { call: () => ({ body: { name: `Made ${(made += 1)}` } }), namesNothing: true },
  getDeployment: { call: ofDeployment },
  renameDeployment: {
    call: async (world) => ({ ...(await ofDeployment(world)), body: { name: `Renamed ${(made += 1)}` } }),
  },
  archiveDeployment: { call: ofDeployment },
  unarchiveDeployment: { call: ofDeployment },
  changeSettings: { call: ofEnvironment },
  listSettingChanges: { call: ofEnvironment },
  uploadLogo: { call: ofEnvironment },
  previewCopy: { call: ofDeployment },
  applyCopy: {
    call: async (world) => {
      const { deployment } = await fresh(world);
      const { companyId, deploymentId } = deployment;
      const wish = { companyId, deploymentId, from: "test" as const, withWebhookUrl: false };
      const { version } = await previewCopy(world.lender.deps, wish);
      return { params: { deployment_id: deploymentId }, body: { from: "test", webhook_url: false, version } };
    },
  },
  listApiKeys: { call: ofEnvironment },
  revealApiKey: { call: ofKey },
  rotateApiKey: { call: ofEnvironment },
  revokeApiKey: { call: ofKey },
  listWebhookSecrets: { call: ofEnvironment },
  revealWebhookSecret: { call: ofSecret },
  rotateWebhookSecret: { call: ofEnvironment },
  revokeWebhookSecret: { call: ofSecret },
  rotateTokenKey: { call: ofEnvironment },
};
