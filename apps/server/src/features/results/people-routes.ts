import {
  COUNT_RESULTS_AS_PERSON,
  DELETE_RESULT_VIEW,
  EXPORT_RESULTS_AS_PERSON,
  LIST_RESULT_VIEWS,
  RETRY_SCORING_AS_PERSON,
  SAVE_RESULT_VIEW,
  SEARCH_RESULTS_AS_PERSON,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { environmentById } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import {
  countResults,
  deleteResultView,
  exportResults,
  listResultViews,
  retryScoring,
  saveResultView,
  searchResults,
} from "./service.ts";

/** Results for people. One result with its time line is a route of `trace`, which stands above. */
export function registerResultPeopleRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, SEARCH_RESULTS_AS_PERSON, {
    handler: ({ companyId, actor, body }) => searchResults(deps, { companyId, actor }, body),
  });
  memberRoute(app, deps, COUNT_RESULTS_AS_PERSON, {
    handler: ({ companyId, body }) => countResults(deps, companyId, body),
  });
  memberRoute(app, deps, EXPORT_RESULTS_AS_PERSON, {
    handler: async ({ companyId, actor, body, reply }) => {
      const { name, type, stream } = await exportResults(deps, { companyId, actor }, body);
      return reply.type(type).header("content-disposition", `attachment; filename="${name}"`).send(stream);
    },
  });
  memberRoute(app, deps, RETRY_SCORING_AS_PERSON, {
    handler: async ({ companyId, actor, params }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      return retryScoring(deps, { environment, sessionId: params.session_id, actor });
    },
  });
  registerViewRoutes(app, deps);
}

function registerViewRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_RESULT_VIEWS, {
    handler: ({ companyId, person: { userId } }) => listResultViews(deps, { companyId, userId }),
  });
  memberRoute(app, deps, SAVE_RESULT_VIEW, {
    handler: ({ companyId, person: { userId }, body }) => saveResultView(deps, { companyId, userId }, body),
  });
  memberRoute(app, deps, DELETE_RESULT_VIEW, {
    handler: ({ companyId, person: { userId }, params }) =>
      deleteResultView(deps, { companyId, userId }, params.view_id),
  });
}
