import type { AccessEntries } from "./world.ts";

export const DEPLOYMENT_ACCESS: AccessEntries = {};
