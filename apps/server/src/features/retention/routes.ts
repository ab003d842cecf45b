import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** Erasure, legal holds and retention. */
export function registerRetentionRoutes(_app: FastifyInstance, _deps: Deps): void {}
