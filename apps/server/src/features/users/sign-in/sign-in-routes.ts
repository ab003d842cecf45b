import {
  CHANGE_PASSWORD,
  CONFIRM,
  END_OTHER_SIGN_INS,
  END_SIGN_IN,
  GIVE_SECOND_FACTOR,
  LIST_SIGN_INS,
  SIGN_IN,
  SIGN_OUT,
} from "@tallystick/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";

import type { Deps } from "../../../infra/deps.ts";
import { epochSeconds } from "../../../infra/epoch.ts";
import { personRoute, visitorRoute } from "../guard.ts";
import { changePassword, confirm, endOtherSignIns, endSignIn, listSignIns, signOut } from "./own-sign-ins.ts";
import { giveSecondFactor } from "../second-factor/second-factor.ts";
import { signInWithPassword, type Caller } from "./sign-in-password.ts";
import { signInCookie } from "./sign-in.ts";

export function registerSignInRoutes(app: FastifyInstance, deps: Deps): void {
  registerInAndOut(app, deps);
  registerProofs(app, deps);
  registerOwnSignIns(app, deps);
}

function registerInAndOut(app: FastifyInstance, deps: Deps): void {
  visitorRoute(app, deps, SIGN_IN, {
    handler: async ({ body, request, reply }) => {
      const done = await signInWithPassword(deps, { ...body, caller: callerOf(request) });
      void reply.header("set-cookie", [...done.cookies]);
      return {
        csrf_token: done.signIn.csrfToken,
        second_factor_required: done.needsSecondFactor,
        password_change_required: done.mustChangePassword,
      };
    },
  });
  personRoute(app, deps, GIVE_SECOND_FACTOR, {
    halfSignedIn: true,
    handler: async ({ person, actor, body, request, reply }) => {
      const done = await giveSecondFactor(deps, { person, actor, code: body.code, caller: callerOf(request) });
      void reply.header("set-cookie", [...done.cookies]);
      return {
        csrf_token: done.signIn.csrfToken,
        second_factor_required: false,
        password_change_required: person.mustChangePassword,
      };
    },
  });
  personRoute(app, deps, SIGN_OUT, {
    halfSignedIn: true,
    handler: async ({ person, actor, reply }) => {
      await signOut(deps, { person, actor });
      void reply.header("set-cookie", signInCookie(deps, null));
    },
  });
}

function registerProofs(app: FastifyInstance, deps: Deps): void {
  personRoute(app, deps, CONFIRM, {
    handler: async ({ person, actor, body, reply }) => {
      const signIn = await confirm(deps, { person, actor, proof: body });
      void reply.header("set-cookie", signIn.cookie);
      return { csrf_token: signIn.csrfToken, confirmed_at: epochSeconds(new Date()) };
    },
  });
  personRoute(app, deps, CHANGE_PASSWORD, {
    halfSignedIn: true,
    handler: async ({ person, actor, body, reply }) => {
      const { signIn, endedSignIns } = await changePassword(deps, {
        person,
        actor,
        currentPassword: body.current_password,
        newPassword: body.new_password,
      });
      void reply.header("set-cookie", signIn.cookie);
      return { csrf_token: signIn.csrfToken, ended_sign_ins: endedSignIns };
    },
  });
}

function registerOwnSignIns(app: FastifyInstance, deps: Deps): void {
  personRoute(app, deps, LIST_SIGN_INS, {
    handler: async ({ person, query }) => {
      const { items, next } = await listSignIns(deps, person, query);
      return {
        items: items.map((item) => ({
          sign_in_id: item.signInId,
          current: item.isCurrent,
          method: item.method,
          origin: item.origin,
          agent: item.agent,
          created_at: epochSeconds(item.createdAt),
          last_seen_at: epochSeconds(item.lastSeenAt),
          expires_at: epochSeconds(item.expiresAt),
          second_factor_given: item.isSecondFactorGiven,
        })),
        next,
      };
    },
  });
  personRoute(app, deps, END_SIGN_IN, {
    handler: async ({ person, actor, params }) => endSignIn(deps, { person, actor, signInId: params.sign_in_id }),
  });
  personRoute(app, deps, END_OTHER_SIGN_INS, {
    handler: async ({ person, actor }) => ({ ended: await endOtherSignIns(deps, { person, actor }) }),
  });
}

function callerOf(request: FastifyRequest): Caller {
  return { cookies: request.headers.cookie, origin: request.ip, agent: request.headers["user-agent"] };
}
