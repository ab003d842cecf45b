import type { Operation } from "./operation.ts";

export const DEPLOYMENT_OPERATIONS: readonly Operation[] = [];
