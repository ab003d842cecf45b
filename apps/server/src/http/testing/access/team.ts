import type { AccessEntries } from "./world.ts";

export const TEAM_ACCESS: AccessEntries = {};
