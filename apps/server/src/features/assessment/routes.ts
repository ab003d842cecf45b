import { join } from "node:path";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { projectRoot } from "../../infra/places.ts";
import { registerApplicantApi } from "./api-routes.ts";
import { createCredentials } from "./credentials.ts";
import { createNeutralPage, registerPageRoutes } from "./page-routes.ts";
import { registerPreviewRoute } from "./preview-screen.ts";
import { readManifest, type Manifest } from "./pages/assets.ts";

/** The applicant's side: links, pages, and the calls of the app. */
export function registerAssessmentRoutes(
  app: FastifyInstance,
  deps: Deps,
  options: { readonly distFolder?: string } = {},
): void {
  const manifest = manifestIn(options.distFolder);
  if (manifest === null) deps.log.warn("The applicant's app is not built: its pages have no script. Run npm run build");
  const credentials = createCredentials(deps);
  registerPageRoutes(app, deps, { credentials, manifest });
  registerApplicantApi(app, deps, credentials);
  registerPreviewRoute(app, deps, manifest);
}

/** What a person sees at an address that means nothing: the same page as behind a link that is none. */
export function neutralPage(deps: Deps): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return createNeutralPage(deps, manifestIn());
}

function manifestIn(distFolder = join(projectRoot(), "apps", "assessment", "dist")): Manifest {
  return readManifest(distFolder);
}
