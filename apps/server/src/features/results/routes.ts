import { GET_RESULT, LIST_RESULTS } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { listResults, readResult } from "./service.ts";

/** `GET /v1/results` and `GET /v1/results/{session_id}`. */
export function registerResultRoutes(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, LIST_RESULTS, {
    handler: ({ environment, actor, query }) => listResults(deps, { environment, actor }, query),
  });
  keyRoute(app, deps, GET_RESULT, {
    handler: ({ environment, actor, params }) => readResult(deps, { environment, actor }, params.session_id),
  });
}
