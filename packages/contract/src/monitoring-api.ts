import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH, environmentKindSchema } from "./environment-path.ts";
import { MEMBER_READ_ERRORS } from "./guard-errors.ts";
import { homeSchema } from "./home-shapes.ts";
import { HOME_EXAMPLE, MONITORING_EXAMPLE } from "./monitoring-examples.ts";
import { monitoringSchema } from "./monitoring-shapes.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** Home and Monitoring: what needs attention, how today goes, and how journeys, scores and webhooks went over a time. */

/** Farthest that Home's day may begin before now: a day in any time zone, and some hours for a page left open. */
export const HOME_DAY_MAX_HOURS = 36;
export const MONITORING_MAX_DAYS = 366;
export const MONITORING_DEFAULT_DAYS = 30;

const day = z.iso.date("takes a day as YYYY-MM-DD").optional();

export const GET_HOME = defineOperation({
  id: "getHome",
  method: "get",
  path: `${COMPANY_PATH}/home`,
  tag: "beacon",
  summary: "What needs attention, and how today goes",
  description:
    "What concerns keys and people is in the list of admins only. `from` is where today began for who looks, at most 36 hours ago; without it, the last 24 hours are counted. Whether a deployment is ready for Production is said by its own go-live check.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  query: z.object({
    from: z.coerce
      .number("takes epoch seconds")
      .int("takes whole epoch seconds")
      .min(0)
      .max(253_402_300_799)
      .optional()
      .describe("Epoch seconds"),
  }),
  answers: [{ status: 200, description: "The matters and the day.", schema: homeSchema, example: HOME_EXAMPLE }],
  errors: MEMBER_READ_ERRORS,
});

export const GET_MONITORING = defineOperation({
  id: "getMonitoring",
  method: "get",
  path: `${COMPANY_PATH}/monitoring`,
  tag: "beacon",
  summary: "Funnel, drop-off, times, scores, drift and webhooks over a time",
  description:
    "Counts, never persons: nothing here is entered in the audit log. Days are those of UTC, `from` and `to` included, 366 at most. Test and Production are never added up.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  query: z.object({
    environment: environmentKindSchema.default("production"),
    deployment_id: z.string().min(1).max(100).optional().describe("Only this deployment"),
    from: day.describe("First day, YYYY-MM-DD; default 29 days before `to`"),
    to: day.describe("Last day, YYYY-MM-DD; default today"),
    simulated: z
      .enum(["without", "with"])
      .default("without")
      .describe("with: sessions that the sandbox played are counted too, but never compared with the norm"),
  }),
  answers: [{ status: 200, description: "All blocks.", schema: monitoringSchema, example: MONITORING_EXAMPLE }],
  errors: [...MEMBER_READ_ERRORS, "deployment_unknown"],
});

export const MONITORING_OPERATIONS: readonly Operation[] = [GET_HOME, GET_MONITORING];
