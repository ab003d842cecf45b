import { GET_ENDPOINT, MAX_COUNTED, SWITCH_ENDPOINT, type EndpointView } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { endpointState } from "../endpoints/service.ts";
import { memberRoute } from "../users/guard.ts";
import { environmentById, switchWebhook, type EnvironmentAccess } from "./service.ts";

/** How an environment's webhook stands, and its switch. */
export function registerEndpointSwitch(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, GET_ENDPOINT, {
    handler: async ({ companyId, params, role }) =>
      viewOf(deps, await environmentById(deps, companyId, params.environment_id), role),
  });
  memberRoute(app, deps, SWITCH_ENDPOINT, {
    handler: async ({ companyId, params, body, role, actor }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      const switched = await switchWebhook(deps, environment, { state: body.state, actor });
      return {
        changed: switched.changed,
        released: switched.released,
        gap_from: epochSecondsOrNull(switched.offSince),
        endpoint: await viewOf(deps, environment, role),
      };
    },
  });
}

async function viewOf(deps: Deps, environment: EnvironmentAccess, role: "admin" | "viewer"): Promise<EndpointView> {
  const endpoint = await endpointState(deps, environment, MAX_COUNTED);
  const { url } = endpoint;
  return {
    environment_id: environment.environmentId,
    environment: environment.kind,
    deployment_id: environment.deploymentId,
    deployment: environment.deploymentName,
    state: endpoint.state,
    disabled_reason: endpoint.disabledReason,
    // Path and query may hold a secret.
    url: role === "admin" ? url : null,
    host: url !== null && URL.canParse(url) ? new URL(url).host : null,
    failing_since: epochSecondsOrNull(endpoint.failingSince),
    changed_at: epochSeconds(endpoint.changedAt),
    undelivered: endpoint.undelivered,
  };
}
