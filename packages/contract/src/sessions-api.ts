import type { Operation } from "./operation.ts";

export const SESSION_OPERATIONS: readonly Operation[] = [];
