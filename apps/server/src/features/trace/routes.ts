import { SEARCH_UIDS, TRACE_UID, TRACE_UID_BY_KEY } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { memberRoute } from "../users/guard.ts";
import { searchUids, traceUid } from "./service.ts";

/** One time line of a uid, and finding uids by how they begin. */
export function registerTraceRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, TRACE_UID, {
    handler: ({ companyId, body, actor }) => traceUid(deps, { companyId, uid: body.uid, actor }),
  });
  memberRoute(app, deps, SEARCH_UIDS, {
    handler: ({ companyId, body }) => searchUids(deps, { companyId, ...body }),
  });
  keyRoute(app, deps, TRACE_UID_BY_KEY, {
    handler: ({ environment: { companyId, environmentId }, body, actor }) =>
      traceUid(deps, { companyId, environmentId, uid: body.uid, actor }),
  });
}
