import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { useMe, type Company } from "../api/me.ts";
import { read } from "../api/queries.ts";
import type { AnswerOf } from "../api/types.ts";
import type { Environment } from "./search.ts";

const companyRoute = getRouteApi("/c/$companyId");

/** Of the address; the person belongs to it, or the frame would not show. */
export function useCompanyId(): string {
  return companyRoute.useParams().companyId;
}

export function useCompany(): Company {
  const companyId = useCompanyId();
  const company = useMe().companies.find((one) => one.company_id === companyId);
  if (company === undefined) throw new Error("The frame shows no company that the person does not belong to");
  return company;
}

/** Admins may change things, viewers may read results. The server decides; this only spares useless buttons. */
export function useIsAdmin(): boolean {
  return useCompany().role === "admin";
}

export type Deployment = AnswerOf<"LIST_DEPLOYMENTS">["items"][number];

/** Those in use, oldest first. */
export function useDeployments() {
  const companyId = useCompanyId();
  return useQuery({ ...read("LIST_DEPLOYMENTS", { params: { company_id: companyId } }), staleTime: 60_000 });
}

/** The id of one side of a deployment. */
export function environmentIdOf(deployment: Deployment, environment: Environment): string {
  const side = deployment.environments.find((one) => one.kind === environment);
  if (side === undefined) throw new Error("A deployment always has both environments");
  return side.environment_id;
}

/** Which deployment and which side an environment's id means; null when it is of an archived one, or of none. */
export function placeOf(
  deployments: readonly Deployment[],
  environmentId: string,
): { readonly deployment: Deployment; readonly environment: Environment } | null {
  for (const deployment of deployments) {
    const side = deployment.environments.find((one) => one.environment_id === environmentId);
    if (side !== undefined) return { deployment, environment: side.kind };
  }
  return null;
}
