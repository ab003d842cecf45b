import type { Operation } from "./operation.ts";

export const TEAM_OPERATIONS: readonly Operation[] = [];
