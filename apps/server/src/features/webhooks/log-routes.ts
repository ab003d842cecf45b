import {
  CANCEL_REPLAY,
  GET_DELIVERY,
  GET_REPLAY,
  LIST_DELIVERIES,
  LIST_REPLAYS,
  START_REPLAY,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { cancelReplay, listDeliveries, listReplays, showDelivery, showReplay, startReplay } from "./service.ts";

/** The webhook log and replays, for people. */
export function registerLogRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_DELIVERIES, {
    handler: ({ companyId, params, query }) => {
      const { limit, after, session_id: sessionId, ...filter } = query;
      return listDeliveries(deps, placeOf(companyId, params), { filter: { ...filter, sessionId }, limit, after });
    },
  });
  memberRoute(app, deps, GET_DELIVERY, {
    handler: ({ companyId, params }) => showDelivery(deps, placeOf(companyId, params), params.delivery_id),
  });
  memberRoute(app, deps, START_REPLAY, {
    handler: async ({ companyId, params, body, actor, reply }) => {
      void reply.status(202);
      return startReplay(deps, placeOf(companyId, params), { wish: body, actor });
    },
  });
  memberRoute(app, deps, LIST_REPLAYS, {
    handler: ({ companyId, params, query }) => listReplays(deps, placeOf(companyId, params), query),
  });
  memberRoute(app, deps, GET_REPLAY, {
    handler: ({ companyId, params }) => showReplay(deps, placeOf(companyId, params), params.replay_id),
  });
  memberRoute(app, deps, CANCEL_REPLAY, {
    handler: ({ companyId, params, actor }) =>
      cancelReplay(deps, placeOf(companyId, params), { replayId: params.replay_id, actor }),
  });
}

function placeOf(companyId: string, params: { readonly environment_id: string }) {
  return { companyId, environmentId: params.environment_id };
}
