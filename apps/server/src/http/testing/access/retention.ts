import type { AccessEntries } from "./world.ts";

export const RETENTION_ACCESS: AccessEntries = {};
