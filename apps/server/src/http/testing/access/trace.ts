import type { AccessEntries } from "./world.ts";

export const TRACE_ACCESS: AccessEntries = {
  // In the stranger's own company no such uid is known: a time line without sessions, and nothing of the victim.
  traceUid: { call: async (world) => ({ body: { uid: (await world.session()).uid } }), namesNothing: true },
  searchUids: { call: () => ({ body: { q: "VICTIM" } }), namesNothing: true },
  traceUidByKey: { call: async (world) => ({ body: { uid: (await world.session()).uid } }), namesNothing: true },
};
