import { LIST_ENDPOINT_NOTICES } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { listEndpointNotices } from "./service.ts";

/** What was said about endpoints. */
export function registerEndpointRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_ENDPOINT_NOTICES, {
    handler: ({ companyId, query }) =>
      listEndpointNotices(deps, companyId, {
        environmentId: query.environment_id,
        limit: query.limit,
        after: query.after,
      }),
  });
}
