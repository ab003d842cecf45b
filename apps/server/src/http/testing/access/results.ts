import type { AccessEntries } from "./world.ts";

export const RESULT_ACCESS: AccessEntries = {
  getResult: { call: async (world) => ({ params: { session_id: (await world.session()).sessionId } }) },
  // In every other environment the list and the feed are those of the key, and hold nothing of the victim.
  listResults: { call: async (world) => ({ query: { uid: (await world.session()).uid } }), namesNothing: true },
  listEvents: { call: () => ({}), namesNothing: true },
};
