import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** What stands between a deployment and Production. */
export function registerGoliveRoutes(_app: FastifyInstance, _deps: Deps): void {}
