import { join } from "node:path";

import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { projectRoot } from "../../infra/places.ts";
import { registerApplicantApi } from "./api-routes.ts";
import { createCredentials } from "./credentials.ts";
import { registerPageRoutes } from "./page-routes.ts";
import { readManifest } from "./pages/assets.ts";

/** The applicant's side: links, pages, and the calls of the app. */
export function registerAssessmentRoutes(
  app: FastifyInstance,
  deps: Deps,
  options: { readonly distFolder?: string } = {},
): void {
  const manifest = readManifest(options.distFolder ?? join(projectRoot(), "apps", "assessment", "dist"));
  if (manifest === null) deps.log.warn("The applicant's app is not built: its pages have no script. Run npm run build");
  const credentials = createCredentials(deps);
  registerPageRoutes(app, deps, { credentials, manifest });
  registerApplicantApi(app, deps, credentials);
}
