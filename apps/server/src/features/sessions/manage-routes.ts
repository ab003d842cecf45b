import {
  CANCEL_SESSION,
  CANCEL_SESSION_AS_PERSON,
  GET_SESSION,
  REOPEN_SESSION,
  REOPEN_SESSION_AS_PERSON,
  SESSION_STATUS,
  type SessionName,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { environmentById } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import { cancelSession, reopenSession, sessionIn, type ManageOptions } from "./manage.ts";
import { viewOf } from "./view.ts";

/** Reading, re-opening and cancelling sessions. */
export function registerSessionManageRoutes(app: FastifyInstance, deps: Deps): void {
  registerLenderRoutes(app, deps);
  registerPeopleRoutes(app, deps);
}

function registerLenderRoutes(app: FastifyInstance, deps: Deps): void {
  const onlyHere = true;
  keyRoute(app, deps, SESSION_STATUS, {
    handler: async ({ environment, body }) =>
      viewOf(deps, await sessionIn(deps, { environment, name: nameOf(body) }), { onlyHere }),
  });
  keyRoute(app, deps, REOPEN_SESSION, {
    handler: async ({ environment, body, actor }) =>
      viewOf(deps, await reopenSession(deps, { environment, name: nameOf(body), actor }), { onlyHere }),
  });
  keyRoute(app, deps, CANCEL_SESSION, {
    handler: async ({ environment, body, actor }) =>
      viewOf(deps, await cancelSession(deps, { environment, name: nameOf(body), actor }), { onlyHere }),
  });
}

function registerPeopleRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, GET_SESSION, {
    handler: async ({ companyId, params }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      return viewOf(deps, await sessionIn(deps, { environment, name: { sessionId: params.session_id } }));
    },
  });
  memberRoute(app, deps, REOPEN_SESSION_AS_PERSON, {
    handler: async ({ companyId, params, actor }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      return viewOf(deps, await reopenSession(deps, { environment, name: { sessionId: params.session_id }, actor }));
    },
  });
  memberRoute(app, deps, CANCEL_SESSION_AS_PERSON, {
    handler: async ({ companyId, params, actor }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      return viewOf(deps, await cancelSession(deps, { environment, name: { sessionId: params.session_id }, actor }));
    },
  });
}

function nameOf({ uid, session_id }: SessionName): ManageOptions["name"] {
  // The schema takes exactly one of the two.
  return uid === undefined ? { sessionId: session_id ?? "" } : { uid };
}
