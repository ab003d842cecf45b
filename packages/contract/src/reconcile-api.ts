import type { Operation } from "./operation.ts";

export const RECONCILE_OPERATIONS: readonly Operation[] = [];
