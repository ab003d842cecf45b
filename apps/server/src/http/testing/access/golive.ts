import type { AccessEntries } from "./world.ts";

export const GOLIVE_ACCESS: AccessEntries = {};
