import { GET_ME } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { personRoute } from "./guard.ts";
import { csrfTokenOf, readSignInCookie } from "./sign-in.ts";

/** People: who is signed in, teams, invitations. */
export function registerPeopleRoutes(app: FastifyInstance, deps: Deps): void {
  personRoute(app, deps, GET_ME, {
    halfSignedIn: true,
    handler: async ({ person, request }) => ({
      user_id: person.userId,
      email: person.email,
      name: person.name,
      csrf_token: csrfTokenOf(deps, readSignInCookie(deps, request.headers.cookie) ?? ""),
      second_factor: person.hasSecondFactor,
      second_factor_required: person.isHalfSignedIn,
      password_change_required: person.mustChangePassword,
      companies: person.memberships.map(({ companyId, role }) => ({ company_id: companyId, role })),
    }),
  });
}
