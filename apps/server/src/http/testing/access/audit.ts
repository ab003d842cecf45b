import type { AccessEntries } from "./world.ts";

export const AUDIT_ACCESS: AccessEntries = {};
