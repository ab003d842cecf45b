import { CHECK_GO_LIVE, GET_GO_LIVE } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { createTokenBuckets } from "../../infra/token-buckets.ts";
import { memberRoute } from "../users/guard.ts";
import { checkGoLive, lookAtGoLive } from "./service.ts";

// A check sends up to a dozen requests to addresses of somebody's choice: a person's pace.
const CHECK_RATE = { perSecond: 0.2, burst: 12 };

/** What stands between a deployment and Production. */
export function registerGoliveRoutes(app: FastifyInstance, deps: Deps): void {
  const rate = createTokenBuckets(CHECK_RATE);

  memberRoute(app, deps, GET_GO_LIVE, {
    handler: ({ companyId, params }) => lookAtGoLive(deps, { companyId, deploymentId: params.deployment_id }),
  });

  memberRoute(app, deps, CHECK_GO_LIVE, {
    handler: async ({ companyId, params, body, actor }) => {
      const seconds = rate.take(companyId);
      if (seconds > 0) {
        throw fail(
          "rate_limited",
          `Too many go-live checks; try again in ${seconds} second${seconds === 1 ? "" : "s"}.`,
          {
            headers: { "retry-after": String(seconds) },
          },
        );
      }
      const place = { companyId, deploymentId: params.deployment_id };
      return checkGoLive(deps, place, { testWebhook: body.test_webhook, actor });
    },
  });
}
