import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** Reading, re-opening and cancelling sessions. */
export function registerSessionManageRoutes(_app: FastifyInstance, _deps: Deps): void {}
