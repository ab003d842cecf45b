import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";

/** Members, invitations, resets by mail, single sign-on. */
export function registerTeamRoutes(_app: FastifyInstance, _deps: Deps): void {}
