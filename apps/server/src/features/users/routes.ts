import { GET_ME } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Config } from "../../config.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { personRoute } from "./guard.ts";
import { registerSecondFactorRoutes } from "./second-factor/second-factor-routes.ts";
import { recoveryCodesLeft } from "./second-factor/second-factor.ts";
import { registerSignInRoutes } from "./sign-in/sign-in-routes.ts";
import { confirmedUntil } from "./sign-in/confirmation.ts";
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
      sign_in: {
        sign_in_id: person.userSessionId,
        method: person.signIn.method,
        created_at: epochSeconds(person.signIn.createdAt),
        expires_at: epochSeconds(person.signIn.expiresAt),
        confirmed_until: epochSecondsOrNull(confirmedUntil(person)),
      },
      companies: person.memberships.map(({ companyId, name, role }) => ({ company_id: companyId, name, role })),
      installation: installationOf(deps.config),
    }),
  });
}

function installationOf({ publicUrl, beaconUrl, smtpUrl, oidc }: Config) {
  return {
    public_url: publicUrl,
    beacon_url: beaconUrl,
    docs_url: `${publicUrl}/docs`,
    mail: smtpUrl === null ? "outbox" : "smtp",
    single_sign_on: oidc === null ? null : { name: oidc.name },
  };
}
