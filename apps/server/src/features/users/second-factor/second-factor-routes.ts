import {
  BEGIN_SECOND_FACTOR,
  DISABLE_SECOND_FACTOR,
  ENABLE_SECOND_FACTOR,
  RENEW_RECOVERY_CODES,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../../infra/deps.ts";
import { qrModules, qrPath } from "../../../infra/qr.ts";
import { personRoute } from "../guard.ts";
import { beginSecondFactor, disableSecondFactor, enableSecondFactor, renewRecoveryCodes } from "./second-factor.ts";

export function registerSecondFactorRoutes(app: FastifyInstance, deps: Deps): void {
  personRoute(app, deps, BEGIN_SECOND_FACTOR, {
    handler: async ({ person, actor }) => {
      const { secret, uri } = await beginSecondFactor(deps, { person, actor });
      const modules = qrModules(uri);
      return { secret, otpauth_uri: uri, qr: { size: modules.length, path: qrPath(modules) } };
    },
  });
  personRoute(app, deps, ENABLE_SECOND_FACTOR, {
    handler: async ({ person, actor, body }) => ({
      recovery_codes: await enableSecondFactor(deps, { person, actor, code: body.code }),
    }),
  });
  personRoute(app, deps, DISABLE_SECOND_FACTOR, {
    handler: async ({ person, actor, body }) => disableSecondFactor(deps, { person, actor, code: body.code }),
  });
  personRoute(app, deps, RENEW_RECOVERY_CODES, {
    handler: async ({ person, actor, body }) => ({
      recovery_codes: await renewRecoveryCodes(deps, { person, actor, code: body.code }),
    }),
  });
}
