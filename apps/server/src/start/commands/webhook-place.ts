import { resolveCompany } from "../../features/companies/service.ts";
import { environmentById, listDeployments, showDeployment } from "../../features/deployments/service.ts";
import { findDeliveryEnvironment } from "../../features/webhooks/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type CommandArgs, type CommandOption } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { ENV_OPTION, readKind } from "./environment-option.ts";

const DEPLOYMENT: CommandOption = { type: "string", value: "ID", description: "deployment; default the only one" };

/** Names one environment. */
export const PLACE_OPTIONS = { env: ENV_OPTION, deployment: DEPLOYMENT, company: COMPANY_OPTION } as const;

export interface WebhookPlace {
  readonly companyId: string;
  readonly environmentId: string;
}

/** The side `--env` of the deployment named, or of the company's only one. Throws `deployment_unknown`, UsageError. */
export async function webhookPlace(deps: Deps, args: CommandArgs): Promise<WebhookPlace> {
  const kind = readKind(args.text("env"));
  const { companyId } = await resolveCompany(deps, args.text("company"));
  const id = args.text("deployment");
  const deployments =
    id === undefined ? await listDeployments(deps, companyId) : [await showDeployment(deps, companyId, id)];
  const [deployment, second] = deployments;
  if (deployment === undefined) throw new UsageError("The company has no deployment yet; create one first");
  if (second !== undefined) {
    throw new UsageError("Several deployments exist: name one with --deployment ID (tallystick deployment list)");
  }
  const environment = deployment.environments.find((candidate) => candidate.kind === kind);
  if (environment === undefined) throw new Error(`The deployment has no ${kind} environment.`);
  return { companyId, environmentId: environment.environmentId };
}

/** Where a delivery belongs; its id is enough. Throws `delivery_unknown`, UsageError. */
export async function placeOfDelivery(deps: Deps, args: CommandArgs, deliveryId: string): Promise<WebhookPlace> {
  if (!deliveryId.startsWith("dlv_"))
    throw new UsageError("A delivery is named by an id such as dlv_…; webhook log shows them");
  const { companyId } = await resolveCompany(deps, args.text("company"));
  return { companyId, environmentId: await findDeliveryEnvironment(deps, companyId, deliveryId) };
}

/** What a call under `/v1` knows of an environment. */
export function accessOf(deps: Deps, { companyId, environmentId }: WebhookPlace) {
  return environmentById(deps, companyId, environmentId);
}
