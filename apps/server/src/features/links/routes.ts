import {
  CREATE_LINKS,
  DRAW_LINK,
  EXPORT_LINKS,
  EXTEND_LINK,
  EXTEND_LINKS,
  GET_LINK_BATCH,
  LIST_LINK_BATCHES,
  LIST_LINKS,
  PRINT_LINKS,
  REISSUE_LINK,
  REVOKE_LINK,
  REVOKE_LINKS,
  WRITE_LINK_MESSAGE,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import * as answers from "./answers.ts";
import { registerLinkPeopleRoutes } from "./people-routes.ts";
import { stopJobs } from "./service.ts";

/** Links in bulk: for the lender's server, and for people. */
export function registerLinkRoutes(app: FastifyInstance, deps: Deps): void {
  app.addHook("onClose", () => stopJobs(deps));
  registerBatchRoutes(app, deps);
  registerSingleRoutes(app, deps);
  registerLinkPeopleRoutes(app, deps);
}

function registerBatchRoutes(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, CREATE_LINKS, {
    bodyLimit: answers.MAX_BODY_BYTES,
    handler: (call) => answers.create(deps, call),
  });
  keyRoute(app, deps, LIST_LINK_BATCHES, { handler: (call) => answers.batches(deps, call) });
  keyRoute(app, deps, GET_LINK_BATCH, {
    handler: ({ environment, params }) => answers.batch(deps, environment, params.batch_id),
  });
  keyRoute(app, deps, LIST_LINKS, { handler: (call) => answers.links(deps, call) });
  keyRoute(app, deps, EXPORT_LINKS, { handler: (call) => answers.csv(deps, call) });
  keyRoute(app, deps, PRINT_LINKS, { handler: (call) => answers.pdf(deps, call) });
  keyRoute(app, deps, WRITE_LINK_MESSAGE, { handler: (call) => answers.message(deps, call) });
  keyRoute(app, deps, REVOKE_LINKS, { handler: (call) => answers.revokeAll(deps, call) });
  keyRoute(app, deps, EXTEND_LINKS, { handler: (call) => answers.extendAll(deps, call) });
}

function registerSingleRoutes(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, REVOKE_LINK, { handler: (call) => answers.revoke(deps, call) });
  keyRoute(app, deps, EXTEND_LINK, { handler: (call) => answers.extend(deps, call) });
  keyRoute(app, deps, REISSUE_LINK, { handler: (call) => answers.reissue(deps, call) });
  keyRoute(app, deps, DRAW_LINK, { handler: (call) => answers.image(deps, call) });
}
