import { GET_ME } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { personRoute } from "./guard.ts";
import { registerSecondFactorRoutes } from "./second-factor/second-factor-routes.ts";
import { recoveryCodesLeft } from "./second-factor/second-factor.ts";
import { registerSignInRoutes } from "./sign-in/sign-in-routes.ts";
import { csrfTokenOf, readSignInCookie } from "./sign-in/sign-in.ts";

/** People about themselves: signing in, who is signed in, the second factor. */
export function registerPeopleRoutes(app: FastifyInstance, deps: Deps): void {
  registerSignInRoutes(app, deps);
  registerSecondFactorRoutes(app, deps);
  personRoute(app, deps, GET_ME, {
    halfSignedIn: true,
    handler: async ({ person, request }) => ({
      user_id: person.userId,
      email: person.email,
      name: person.name,
      csrf_token: csrfTokenOf(deps, readSignInCookie(deps, request.headers.cookie) ?? ""),
      has_password: person.hasPassword,
      second_factor: person.hasSecondFactor,
      recovery_codes_left: await recoveryCodesLeft(deps, person.userId),
      second_factor_required: person.isHalfSignedIn,
      password_change_required: person.mustChangePassword,
      companies: person.memberships.map(({ companyId, name, role }) => ({ company_id: companyId, name, role })),
    }),
  });
}
