import type { Operation } from "./operation.ts";

export const GOLIVE_OPERATIONS: readonly Operation[] = [];
