import type { Operation } from "./operation.ts";

export const RETENTION_OPERATIONS: readonly Operation[] = [];
