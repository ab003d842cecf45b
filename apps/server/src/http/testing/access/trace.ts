import type { AccessEntries } from "./world.ts";

export const TRACE_ACCESS: AccessEntries = {};
