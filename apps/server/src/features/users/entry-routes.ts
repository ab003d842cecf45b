import {
  FINISH_PASSWORD_RESET,
  FINISH_SINGLE_SIGN_ON,
  LINK_IDENTITY,
  LIST_IDENTITIES,
  LIST_SIGN_IN_WAYS,
  LOOK_PASSWORD_RESET,
  REQUEST_PASSWORD_RESET,
  START_SINGLE_SIGN_ON,
  UNLINK_IDENTITY,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { epochSeconds } from "../../infra/epoch.ts";
import { fail } from "../../infra/errors.ts";
import { requireRecentConfirmation } from "./sign-in/confirmation.ts";
import { personRoute, visitorRoute } from "./guard.ts";
import { listIdentities, unlinkIdentity } from "./single-sign-on/identities.ts";
import { finishSignOn, startLink, startSignIn, type SingleSignOn } from "./single-sign-on/oidc.ts";
import { createOidcClient } from "./single-sign-on/oidc-client.ts";
import { readState } from "./single-sign-on/oidc-state.ts";
import { finishReset, lookAtReset, requestReset } from "./passwords/password-reset.ts";
import { visitorOf } from "./sign-in/visitor.ts";

/** Ways in beside the password: a new one by mail, and the identity provider. */
export function registerEntryRoutes(app: FastifyInstance, deps: Deps): void {
  registerResets(app, deps);
  const sso = singleSignOn(deps);
  registerSignOn(app, deps, sso);
  registerIdentities(app, deps, sso);
}

function registerResets(app: FastifyInstance, deps: Deps): void {
  visitorRoute(app, deps, REQUEST_PASSWORD_RESET, {
    handler: async ({ body, request, reply }) => {
      await requestReset(deps, { email: body.email, origin: request.ip });
      return reply.code(202).send();
    },
  });
  visitorRoute(app, deps, LOOK_PASSWORD_RESET, {
    handler: async ({ body }) => {
      const { email, expiresAt } = await lookAtReset(deps, body.token);
      return { email, expires_at: epochSeconds(expiresAt) };
    },
  });
  visitorRoute(app, deps, FINISH_PASSWORD_RESET, {
    handler: async ({ body, request }) => finishReset(deps, { ...body, origin: request.ip }),
  });
}

function registerSignOn(app: FastifyInstance, deps: Deps, sso: SingleSignOn | null): void {
  visitorRoute(app, deps, LIST_SIGN_IN_WAYS, {
    handler: async () => ({ password: true, oidc: sso === null ? null : { name: sso.name } }),
  });
  visitorRoute(app, deps, START_SINGLE_SIGN_ON, {
    handler: async ({ body, request, reply }) => {
      const { url, cookie } = await startSignIn(deps, configured(sso), {
        invitationToken: body.invitation_token,
        replaceSignIn: body.replace_sign_in === true,
        isFresh: body.confirm === true,
        visitor: await visitorOf(deps, request),
      });
      void reply.header("set-cookie", cookie);
      return { url };
    },
  });
  visitorRoute(app, deps, FINISH_SINGLE_SIGN_ON, {
    handler: async ({ request, reply }) => {
      const provider = configured(sso);
      // Providers add members of their own to the query, so that it is taken as it comes.
      const query = new URL(request.raw.url ?? "/", deps.config.beaconUrl).search;
      const state = readState(deps, request.headers.cookie, new URLSearchParams(query).get("state") ?? "");
      if (state === null) {
        throw fail("oidc_state_invalid", "This sign-in was not begun in this browser, or more than ten minutes ago.");
      }
      const { origin, agent } = await visitorOf(deps, request);
      const cookies = await finishSignOn(deps, provider, { state, query, origin, agent });
      return reply.header("set-cookie", cookies).redirect(`${deps.config.beaconUrl}/beacon`, 303);
    },
  });
}

function registerIdentities(app: FastifyInstance, deps: Deps, sso: SingleSignOn | null): void {
  personRoute(app, deps, LIST_IDENTITIES, {
    handler: async ({ person }) => ({
      items: (await listIdentities(deps, person.userId)).map(({ identityId, issuer, linkedAt }) => ({
        identity_id: identityId,
        issuer,
        linked_at: epochSeconds(linkedAt),
      })),
    }),
  });
  personRoute(app, deps, LINK_IDENTITY, {
    handler: async ({ person, reply }) => {
      requireRecentConfirmation(person);
      const { url, cookie } = await startLink(deps, configured(sso), person);
      void reply.header("set-cookie", cookie);
      return { url };
    },
  });
  personRoute(app, deps, UNLINK_IDENTITY, {
    handler: async ({ person, params, actor }) => {
      requireRecentConfirmation(person);
      await unlinkIdentity(deps, { userId: person.userId, identityId: params.identity_id, actor });
    },
  });
}

function singleSignOn(deps: Deps): SingleSignOn | null {
  const { oidc, beaconUrl } = deps.config;
  if (oidc === null) return null;
  const client = createOidcClient(oidc, `${beaconUrl}${FINISH_SINGLE_SIGN_ON.path}`, deps.log);
  return { client, name: oidc.name, allowedDomains: oidc.allowedDomains };
}

function configured(sso: SingleSignOn | null): SingleSignOn {
  if (sso === null) throw fail("oidc_not_configured", "No identity provider is set up; sign in with the password.");
  return sso;
}
