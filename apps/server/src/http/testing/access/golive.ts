import type { AccessEntries, World } from "./world.ts";

const deployment = (world: World) => ({ params: { deployment_id: world.victim.deployment.deploymentId } });

export const GOLIVE_ACCESS: AccessEntries = {
  getGoLive: { call: deployment },
  checkGoLive: { call: (world) => ({ ...deployment(world), body: { test_webhook: false } }) },
};
