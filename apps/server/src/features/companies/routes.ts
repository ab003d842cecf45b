import { RENAME_COMPANY } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { renameCompany } from "./service.ts";

export function registerCompanyRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, RENAME_COMPANY, {
    handler: async ({ companyId, body, actor }) => ({
      company_id: companyId,
      ...(await renameCompany(deps, { companyId, name: body.name, actor })),
    }),
  });
}
