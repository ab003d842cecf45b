import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** The audit log: reading, checking, exporting. */
export function registerAuditRoutes(_app: FastifyInstance, _deps: Deps): void {}
