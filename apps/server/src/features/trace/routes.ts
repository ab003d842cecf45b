import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** One time line of a uid. */
export function registerTraceRoutes(_app: FastifyInstance, _deps: Deps): void {}
