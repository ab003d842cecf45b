import { resolveCompany } from "../../features/companies/service.ts";
import { showDeployment, type EnvironmentKind, type EnvironmentSummary } from "../../features/deployments/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type CommandArgs, type CommandOption } from "../command.ts";

export const ENV_OPTION: CommandOption = {
  type: "string",
  value: "test|production",
  description: "which of the two",
  required: true,
};

export interface NamedEnvironment {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly environmentId: string;
  readonly kind: EnvironmentKind;
  readonly environment: EnvironmentSummary;
}

/** The side `--env` of the deployment that the first argument names. Throws `deployment_unknown`, UsageError. */
export async function namedEnvironment(deps: Deps, args: CommandArgs): Promise<NamedEnvironment> {
  const kind = readKind(args.text("env"));
  const { companyId } = await resolveCompany(deps, args.text("company"));
  const deployment = await showDeployment(deps, companyId, args.positionals[0] ?? "");
  const environment = deployment.environments.find((candidate) => candidate.kind === kind);
  if (!environment) throw new Error(`The deployment has no ${kind} environment.`);
  const { deploymentId } = deployment;
  return { companyId, deploymentId, environmentId: environment.environmentId, kind, environment };
}

export function readKind(value: string | undefined): EnvironmentKind {
  if (value === "test" || value === "production") return value;
  throw new UsageError(`--env takes test or production, not "${value ?? ""}"`);
}

export function kindTitle(kind: EnvironmentKind): string {
  return kind === "test" ? "Test" : "Production";
}
