import {
  ERASE_SESSION,
  ERASE_SESSION_AS_PERSON,
  GET_COMPANY_RETENTION,
  GET_ERASURE,
  LIST_ERASURES,
  LIST_HOLDS,
  PLACE_HOLD,
  RELEASE_HOLD,
  SET_COMPANY_RETENTION,
  type NamedErasure,
  type NamedHold,
  type SessionName,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { keyRoute } from "../deployments/guard.ts";
import { environmentById } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import { actorNames } from "../users/service.ts";
import {
  auditDaysOf,
  erasureById,
  erasureView,
  holdView,
  listErasures,
  listHolds,
  placeHold,
  releaseHold,
  requestErasure,
  setAuditDays,
  type Erasure,
  type EraseRequest,
  type Hold,
} from "./service.ts";

/** Erasure, legal holds and retention. */
export function registerRetentionRoutes(app: FastifyInstance, deps: Deps): void {
  registerErasures(app, deps);
  registerHolds(app, deps);
  memberRoute(app, deps, GET_COMPANY_RETENTION, {
    handler: async ({ companyId }) => ({ audit_days: await auditDaysOf(deps, companyId) }),
  });
  memberRoute(app, deps, SET_COMPANY_RETENTION, {
    handler: async ({ companyId, body, actor }) => {
      await setAuditDays(deps, companyId, { days: body.audit_days, actor });
      return { audit_days: body.audit_days };
    },
  });
}

function registerErasures(app: FastifyInstance, deps: Deps): void {
  keyRoute(app, deps, ERASE_SESSION, {
    handler: async ({ environment, body, actor, reply }) => {
      const { companyId, environmentId } = environment;
      const erasure = await requestErasure(deps, { companyId, environmentId, name: nameOf(body), actor });
      return reply.code(202).send(erasureView(erasure));
    },
  });
  keyRoute(app, deps, GET_ERASURE, {
    handler: async ({ environment, params }) => {
      const { companyId, environmentId } = environment;
      return erasureView(await erasureById(deps, { companyId, environmentId, erasureId: params.erasure_id }));
    },
  });
  memberRoute(app, deps, ERASE_SESSION_AS_PERSON, {
    handler: async ({ companyId, params, body, actor, reply }) => {
      const { environmentId } = await environmentById(deps, companyId, params.environment_id);
      const erasure = await requestErasure(deps, { companyId, environmentId, name: nameOf(body), actor });
      return reply.code(202).send((await namedErasures(deps, [erasure]))[0]);
    },
  });
  memberRoute(app, deps, LIST_ERASURES, {
    handler: async ({ companyId, query }) => {
      const { rows, next } = await listErasures(deps, companyId, query);
      return { items: await namedErasures(deps, rows), next };
    },
  });
}

function registerHolds(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, PLACE_HOLD, {
    handler: async ({ companyId, body, actor, reply }) => {
      const hold = await placeHold(deps, { companyId, sessionId: body.session_id, reason: body.reason, actor });
      return reply.code(201).send((await namedHolds(deps, [hold]))[0]);
    },
  });
  memberRoute(app, deps, RELEASE_HOLD, {
    handler: async ({ companyId, params, actor }) => {
      const hold = await releaseHold(deps, { companyId, holdId: params.hold_id, actor });
      return (await namedHolds(deps, [hold]))[0];
    },
  });
  memberRoute(app, deps, LIST_HOLDS, {
    handler: async ({ companyId, query }) => {
      const { limit, after } = query;
      const { rows, next } = await listHolds(deps, companyId, { all: query.all === "true", limit, after });
      return { items: await namedHolds(deps, rows), next };
    },
  });
}

async function namedErasures(deps: Deps, erasures: readonly Erasure[]): Promise<readonly NamedErasure[]> {
  const nameOfActor = await actorNames(
    deps,
    erasures.map(({ requestedBy }) => requestedBy),
  );
  return erasures.map((erasure) => ({
    ...erasureView(erasure),
    requested_by_name: nameOfActor(erasure.requestedBy),
  }));
}

async function namedHolds(deps: Deps, holds: readonly Hold[]): Promise<readonly NamedHold[]> {
  const nameOfActor = await actorNames(
    deps,
    holds.flatMap(({ placedBy, releasedBy }) => [placedBy, releasedBy]),
  );
  return holds.map((hold) => ({
    ...holdView(hold),
    placed_by_name: nameOfActor(hold.placedBy),
    released_by_name: nameOfActor(hold.releasedBy),
  }));
}

function nameOf({ uid, session_id }: SessionName): EraseRequest["name"] {
  // The schema takes exactly one of the two.
  return uid === undefined ? { sessionId: session_id ?? "" } : { uid };
}
