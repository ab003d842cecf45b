import { LIST_EVENTS, type EventType } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { listEvents } from "./service.ts";

/** `GET /v1/events`. */
export function registerFeedRoutes(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, LIST_EVENTS, {
    handler: ({ environment, query: { after, limit, type }, actor }) =>
      // The schema has checked each of them.
      listEvents(deps, { environment, after, limit, types: type?.split(",") as EventType[] | undefined, actor }),
  });
}
