import type { AccessEntries } from "./world.ts";

export const LINK_ACCESS: AccessEntries = {};
