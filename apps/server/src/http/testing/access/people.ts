import type { AccessEntries } from "./world.ts";

export const PEOPLE_ACCESS: AccessEntries = {
  getMe: { call: () => ({}), namesNothing: true },
};
