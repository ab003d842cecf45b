import type { AccessEntries } from "./world.ts";

export const RECONCILE_ACCESS: AccessEntries = {};
