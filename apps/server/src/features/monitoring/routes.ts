import { GET_HOME, GET_MONITORING } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { readHome, readMonitoring } from "./service.ts";

/** What needs attention and how today goes; how journeys, scores and webhooks went over a time. */
export function registerMonitoringRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, GET_HOME, {
    handler: ({ companyId, role, query }) => readHome(deps, { companyId, role, from: query.from }),
  });
  memberRoute(app, deps, GET_MONITORING, {
    handler: ({ companyId, query }) =>
      readMonitoring(deps, {
        companyId,
        environment: query.environment,
        deploymentId: query.deployment_id,
        from: query.from,
        to: query.to,
        simulated: query.simulated,
      }),
  });
}
