import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { read } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";

export const route = getRouteApi("/c/$companyId/deployments/$deploymentId");

export type ShownDeployment = AnswerOf<"GET_DEPLOYMENT">;
/** One side of a deployment with its settings. */
export type Side = ShownDeployment["environments"][number];

/** Path parameters of what belongs to the deployment. */
export function useDeploymentParams() {
  return { company_id: useCompanyId(), deployment_id: route.useParams().deploymentId };
}

/** Admins only. */
export function useDeployment() {
  return useQuery(read("GET_DEPLOYMENT", { params: useDeploymentParams() }));
}

/** Path parameters of what belongs to one side. */
export function useSideParams(side: Side) {
  return { company_id: useCompanyId(), environment_id: side.environment_id };
}
