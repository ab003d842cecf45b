import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** Deployments, their settings and their keys. */
export function registerDeploymentRoutes(_app: FastifyInstance, _deps: Deps): void {}
