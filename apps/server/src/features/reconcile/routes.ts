import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** The lender's own list against ours. */
export function registerReconcileRoutes(_app: FastifyInstance, _deps: Deps): void {}
