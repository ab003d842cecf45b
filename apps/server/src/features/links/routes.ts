import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** Links in bulk. */
export function registerLinkRoutes(_app: FastifyInstance, _deps: Deps): void {}
