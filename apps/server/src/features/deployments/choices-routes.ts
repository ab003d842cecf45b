import { LIST_CHOICES } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { listChoices } from "./service.ts";

/** What the forms of settings offer. */
export function registerChoices(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_CHOICES, { handler: ({ companyId }) => listChoices(deps, companyId) });
}
