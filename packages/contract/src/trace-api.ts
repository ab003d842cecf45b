import type { Operation } from "./operation.ts";

export const TRACE_OPERATIONS: readonly Operation[] = [];
