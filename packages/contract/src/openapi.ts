import { PEOPLE_OPERATIONS } from "./people-api.ts";
import { TEAM_OPERATIONS } from "./team-api.ts";
import { AUDIT_OPERATIONS } from "./audit-api.ts";
import { RETENTION_OPERATIONS } from "./retention-api.ts";
import { DEPLOYMENT_OPERATIONS } from "./deployments-api.ts";
import { SESSION_OPERATIONS } from "./sessions-api.ts";
import { RESULT_OPERATIONS } from "./results-api.ts";
import { EVENT_OPERATIONS } from "./events-api.ts";
import { LINK_OPERATIONS } from "./links-api.ts";
import { TRACE_OPERATIONS } from "./trace-api.ts";
import { RECONCILE_OPERATIONS } from "./reconcile-api.ts";
import { DELIVERY_OPERATIONS } from "./deliveries-api.ts";
import { ENDPOINT_OPERATIONS } from "./endpoint-api.ts";
import { LINK_CHECK_OPERATIONS } from "./link-check-api.ts";
import { COMPANY_OPERATIONS } from "./company-api.ts";
import { GOLIVE_OPERATIONS } from "./golive-api.ts";
import { PLAYBACK_OPERATIONS } from "./playback-api.ts";
import { JOURNEY_OPERATIONS } from "./openapi-journey.ts";
import { LENDER_OPERATIONS } from "./openapi-lender.ts";
import type { Operation } from "./operation.ts";

/**
 * The one table of operations: /openapi.json and the reference page are both written from it, and a test compares it
 * with the routes that the server really has.
 */
export const OPERATIONS: readonly Operation[] = [
  ...LENDER_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...TEAM_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...RETENTION_OPERATIONS,
  ...COMPANY_OPERATIONS,
  ...DEPLOYMENT_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...RESULT_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...LINK_OPERATIONS,
  ...LINK_CHECK_OPERATIONS,
  ...TRACE_OPERATIONS,
  ...RECONCILE_OPERATIONS,
  ...GOLIVE_OPERATIONS,
  ...DELIVERY_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...PLAYBACK_OPERATIONS,
  ...JOURNEY_OPERATIONS,
];
