import { GET_PLAYBACK, GET_RESULT, LIST_RESULTS } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { memberRoute } from "../users/guard.ts";
import { listResults, readPlayback, readResult } from "./service.ts";

/** What was scored, for the lender's server; and for the lender's people what the applicant saw and did. */
export function registerResultRoutes(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, LIST_RESULTS, {
    handler: ({ environment, actor, query }) => listResults(deps, { environment, actor }, query),
  });
  keyRoute(app, deps, GET_RESULT, {
    handler: ({ environment, actor, params }) => readResult(deps, { environment, actor }, params.session_id),
  });
  memberRoute(app, deps, GET_PLAYBACK, {
    handler: ({ companyId, actor, params, query }) =>
      readPlayback(deps, {
        companyId,
        environmentId: params.environment_id,
        sessionId: params.session_id,
        ...query,
        actor,
      }),
  });
}
