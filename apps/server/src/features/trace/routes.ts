import { GET_RESULT_AS_PERSON, SEARCH_UIDS, TRACE_UID, TRACE_UID_BY_KEY } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { memberRoute } from "../users/guard.ts";
import { resultWithTimeLine, searchUids, traceUid } from "./service.ts";

/** One time line of a uid, finding uids by how they begin, and one result with its time line. */
export function registerTraceRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, TRACE_UID, {
    handler: ({ companyId, body, actor }) => traceUid(deps, { companyId, uid: body.uid, actor }),
  });
  memberRoute(app, deps, GET_RESULT_AS_PERSON, {
    handler: ({ companyId, params, role, actor }) => {
      const { environment_id: environmentId, session_id: sessionId } = params;
      return resultWithTimeLine(deps, { companyId, environmentId, sessionId, role, actor });
    },
  });
  memberRoute(app, deps, SEARCH_UIDS, {
    handler: ({ companyId, body }) => searchUids(deps, { companyId, ...body }),
  });
  keyRoute(app, deps, TRACE_UID_BY_KEY, {
    handler: ({ environment: { companyId, environmentId }, body, actor }) =>
      traceUid(deps, { companyId, environmentId, uid: body.uid, actor }),
  });
}
