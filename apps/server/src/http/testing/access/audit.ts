import type { AccessEntries } from "./world.ts";

export const AUDIT_ACCESS: AccessEntries = {
  listAudit: { call: () => ({}), namesNothing: true },
  exportAudit: { call: () => ({}), namesNothing: true },
  verifyAudit: { call: () => ({}), namesNothing: true },
};
