import { cancelled } from "./sessions.ts";
import type { AccessEntries } from "./world.ts";

export const PLAYBACK_ACCESS: AccessEntries = {
  getPlayback: {
    call: async (world) => {
      const { environmentId } = world.victim.deployment.test;
      return { params: { environment_id: environmentId, session_id: await cancelled(world) } };
    },
  },
  previewScreen: {
    call: (world) => ({
      params: { environment_id: world.victim.deployment.test.environmentId },
      query: { screen: "consent" },
    }),
  },
};
