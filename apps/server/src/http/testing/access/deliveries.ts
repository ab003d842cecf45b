import { setWebhookUrl } from "../../../features/endpoints/service.ts";
import { createDeployment } from "../../../features/deployments/service.ts";
import { recordEvent, startReplay } from "../../../features/webhooks/service.ts";
import { SYSTEM } from "../../../features/audit/service.ts";
import { MARKER, type AccessEntries, type Call, type World } from "./world.ts";

let made = 0;

/** An environment of the victim with one delivery that waits; nobody sends. */
async function withDelivery({ lender, victim }: World) {
  const { deps } = lender;
  const { companyId } = victim;
  made += 1;
  const deployment = await createDeployment(deps, { companyId, name: `${MARKER} Hooks ${made}`, actor: SYSTEM });
  const { environmentId, integrationId } = deployment.test;
  const key = { companyId, environmentId };
  const url = `https://${MARKER}.hooks.example/`;
  await deps.db.transaction((tx) => setWebhookUrl(tx, deps, { ...key, kind: "test", url }));
  await deps.db.transaction((tx) =>
    recordEvent(tx, deps, {
      ...key,
      sessionId: deps.ids.make("ses"),
      run: 1,
      body: {
        uid: `${MARKER}-hook`,
        integration_id: integrationId,
        event: { type: "application.expired", details: { application_started_at: null, application_expired_at: 1 } },
      },
    }),
  );
  const [delivery] = await deps.db.query<{ delivery_id: string }>(
    "SELECT delivery_id FROM deliveries WHERE company_id = $1 AND environment_id = $2",
    [companyId, environmentId],
  );
  return { key, deliveryId: delivery?.delivery_id ?? "" };
}

async function ofEnvironment(world: World): Promise<Call> {
  const { key } = await withDelivery(world);
  return { params: { environment_id: key.environmentId } };
}

async function ofReplay(world: World): Promise<Call> {
  const { key } = await withDelivery(world);
  const replay = await startReplay(world.lender.deps, key, { wish: { which: "failed" }, actor: SYSTEM });
  return { params: { environment_id: key.environmentId, replay_id: replay.replay_id } };
}

export const DELIVERY_ACCESS: AccessEntries = {
  listDeliveries: { call: ofEnvironment },
  getDelivery: {
    call: async (world) => {
      const { key, deliveryId } = await withDelivery(world);
      return { params: { environment_id: key.environmentId, delivery_id: deliveryId } };
    },
  },
  startReplay: { call: ofEnvironment },
  listReplays: { call: ofEnvironment },
  getReplay: { call: ofReplay },
  cancelReplay: { call: ofReplay },
  getEndpoint: { call: ofEnvironment },
  switchEndpoint: { call: async (world) => ({ ...(await ofEnvironment(world)), body: { state: "disabled" } }) },
  // Nothing answers at the victim's receiver; that is what they are told.
  testWebhookAsPerson: { call: ofEnvironment },
  sampleWebhookAsPerson: { call: ofEnvironment },
  listEndpointNotices: { call: () => ({}), namesNothing: true },
};
