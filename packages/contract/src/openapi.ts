import { JOURNEY_OPERATIONS } from "./openapi-journey.ts";
import { LENDER_OPERATIONS } from "./openapi-lender.ts";
import type { Operation } from "./operation.ts";

/**
 * The one table of operations: /openapi.json and the reference page are both written from it, and a test compares it
 * with the routes that the server really has.
 */
export const OPERATIONS: readonly Operation[] = [...LENDER_OPERATIONS, ...JOURNEY_OPERATIONS];
