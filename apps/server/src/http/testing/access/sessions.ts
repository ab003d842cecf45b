import type { AccessEntries } from "./world.ts";

export const SESSION_ACCESS: AccessEntries = {};
