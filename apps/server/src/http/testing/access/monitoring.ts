import type { AccessEntries } from "./world.ts";

export const MONITORING_ACCESS: AccessEntries = {
  // Of the stranger's own company, which is all that the address can name.
  getHome: { call: () => ({}), namesNothing: true },
  getMonitoring: { call: (world) => ({ query: { deployment_id: world.victim.deployment.deploymentId } }) },
};
