import type { Operation } from "./operation.ts";

export const LINK_OPERATIONS: readonly Operation[] = [];
