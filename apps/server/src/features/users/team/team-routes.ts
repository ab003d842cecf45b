import {
  ACCEPT_INVITATION,
  CHANGE_MEMBER_ROLE,
  CREATE_INVITATION,
  LIST_INVITATIONS,
  LIST_MEMBERS,
  LOOK_INVITATION,
  REMOVE_MEMBER,
  RESEND_INVITATION,
  REVOKE_INVITATION,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../../infra/epoch.ts";
import { fail } from "../../../infra/errors.ts";
import { createTokenBuckets } from "../../../infra/token-buckets.ts";
import { acceptInvitation, lookAtInvitation } from "./accept-invitation.ts";
import { registerEntryRoutes } from "../entry-routes.ts";
import { memberRoute, visitorRoute } from "../guard.ts";
import { invite, listInvitations, resendInvitation, revokeInvitation, type Invitation } from "./invitations.ts";
import { changeRole, listMembers, removeMember, type Member } from "./members.ts";
import { csrfTokenOf } from "../sign-in/sign-in.ts";
import { visitorOf } from "../sign-in/visitor.ts";

/** Members, invitations, resets by mail, single sign-on. */
export function registerTeamRoutes(app: FastifyInstance, deps: Deps): void {
  registerMembers(app, deps);
  registerInvitations(app, deps);
  registerAnswers(app, deps);
  registerEntryRoutes(app, deps);
}

function registerMembers(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_MEMBERS, {
    handler: async ({ companyId, query }) => {
      const { items, next } = await listMembers(deps, companyId, query);
      return { items: items.map(memberJson), next };
    },
  });
  memberRoute(app, deps, CHANGE_MEMBER_ROLE, {
    handler: async ({ companyId, params, body, actor }) =>
      memberJson(await changeRole(deps, { companyId, userId: params.user_id, role: body.role, actor })),
  });
  memberRoute(app, deps, REMOVE_MEMBER, {
    handler: async ({ companyId, params, actor }) => {
      await removeMember(deps, { companyId, userId: params.user_id, actor });
    },
  });
}

function registerInvitations(app: FastifyInstance, deps: Deps): void {
  // What a stolen sign-in could do to strangers' mailboxes: thirty at once, then one in two minutes.
  const mails = createTokenBuckets({ perSecond: 1 / 120, burst: 30 });
  const takeMail = (companyId: string): void => {
    const waitSeconds = mails.take(companyId);
    if (waitSeconds === 0) return;
    throw fail("rate_limited", `Too many invitations were sent; try again in ${waitSeconds} seconds.`, {
      headers: { "retry-after": String(waitSeconds) },
    });
  };
  memberRoute(app, deps, LIST_INVITATIONS, {
    handler: async ({ companyId, query }) => {
      const { items, next } = await listInvitations(deps, companyId, query);
      return { items: items.map(invitationJson), next };
    },
  });
  memberRoute(app, deps, CREATE_INVITATION, {
    handler: async ({ companyId, body, actor, reply }) => {
      takeMail(companyId);
      const { mail, ...invitation } = await invite(deps, { companyId, ...body, actor });
      return reply.code(201).send({ ...invitationJson(invitation), mail });
    },
  });
  memberRoute(app, deps, RESEND_INVITATION, {
    handler: async ({ companyId, params, actor }) => {
      takeMail(companyId);
      const wish = { companyId, invitationId: params.invitation_id, actor };
      const { mail, ...invitation } = await resendInvitation(deps, wish);
      return { ...invitationJson(invitation), mail };
    },
  });
  memberRoute(app, deps, REVOKE_INVITATION, {
    handler: async ({ companyId, params, actor }) =>
      revokeInvitation(deps, { companyId, invitationId: params.invitation_id, actor }),
  });
}

/** What the invited one calls, signed in or not. */
function registerAnswers(app: FastifyInstance, deps: Deps): void {
  visitorRoute(app, deps, LOOK_INVITATION, {
    handler: async ({ body, request }) => {
      const visitor = await visitorOf(deps, request);
      const view = await lookAtInvitation(deps, { token: body.token, visitor });
      return {
        company_id: view.companyId,
        company_name: view.companyName,
        email: view.email,
        role: view.role,
        expires_at: epochSeconds(view.expiresAt),
        account: view.account,
        signed_in_as: view.signedInAs,
        signed_in_as_invited: view.isSignedInAsInvited,
      };
    },
  });
  visitorRoute(app, deps, ACCEPT_INVITATION, {
    handler: async ({ body, request, reply }) => {
      const visitor = await visitorOf(deps, request);
      const { replace_sign_in: replaceSignIn = false, ...rest } = body;
      const { companyId, role, needsSecondFactor, signIn, cookies } = await acceptInvitation(deps, {
        ...rest,
        replaceSignIn,
        visitor,
      });
      if (cookies.length > 0) void reply.header("set-cookie", [...cookies]);
      return {
        company_id: companyId,
        role,
        csrf_token: signIn?.csrfToken ?? csrfTokenOf(deps, visitor.token ?? ""),
        second_factor_required: needsSecondFactor,
      };
    },
  });
}

function memberJson(member: Member) {
  return {
    user_id: member.userId,
    email: member.email,
    name: member.name,
    role: member.role,
    joined_at: epochSeconds(member.joinedAt),
    last_seen_at: epochSecondsOrNull(member.lastSeenAt),
    second_factor: member.hasSecondFactor,
    disabled: member.isDisabled,
  };
}

function invitationJson(invitation: Invitation) {
  return {
    invitation_id: invitation.invitationId,
    email: invitation.email,
    role: invitation.role,
    state: invitation.state,
    invited_by: invitation.invitedBy,
    created_at: epochSeconds(invitation.createdAt),
    expires_at: epochSeconds(invitation.expiresAt),
  };
}
