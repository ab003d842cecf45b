import type { Operation } from "./operation.ts";

export const AUDIT_OPERATIONS: readonly Operation[] = [];
