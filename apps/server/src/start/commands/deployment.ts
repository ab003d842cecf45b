import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import {
  createDeployment,
  listDeployments,
  showDeployment,
  type CreatedDeployment,
  type CreatedEnvironment,
  type DeploymentSummary,
  type EnvironmentSummary,
} from "../../features/deployments/service.ts";
import type { Command, CommandOption } from "../command.ts";
import { table } from "./table.ts";

export const COMPANY_OPTION: CommandOption = {
  type: "string",
  value: "ID",
  description: "the company; not needed while there is only one",
};

export const deploymentCreate: Command = {
  name: "deployment create",
  summary: "Create a deployment with its Test and Production environment, and show their keys",
  positionals: [],
  options: {
    name: {
      type: "string",
      value: "NAME",
      description: "what people call it; one of its kind in the company",
      required: true,
    },
    company: COMPANY_OPTION,
  },
  example: 'npx tallystick deployment create --name "Personal loans" --json',
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const created = await createDeployment(deps, {
      companyId,
      name: args.text("name") ?? "",
      actor: cliActor(io.osUser),
    });
    for (const { detail } of created.advice) io.note(`Advice: ${detail}\n`);
    return { json: createdJson(created), text: createdText(created) };
  },
};

export const deploymentList: Command = {
  name: "deployment list",
  summary: "List a company's deployments",
  positionals: [],
  options: {
    archived: { type: "boolean", description: "those in the archive instead" },
    company: COMPANY_OPTION,
  },
  example: "npx tallystick deployment list",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const archived = args.flag("archived") ? "yes" : "no";
    const deployments = await listDeployments(deps, companyId, { archived });
    return {
      json: { company_id: companyId, deployments: deployments.map((deployment) => listedJson(deployment)) },
      text: table(
        ["DEPLOYMENT", "NAME", "TEST", "PRODUCTION"],
        deployments.map((deployment) => [
          deployment.deploymentId,
          deployment.name,
          integrationIdOf(deployment, "test"),
          integrationIdOf(deployment, "production"),
        ]),
        archived === "yes"
          ? "No deployment is archived."
          : 'No deployment yet. Create one with: tallystick deployment create --name "…"',
      ),
    };
  },
};

export const deploymentShow: Command = {
  name: "deployment show",
  summary: "Show a deployment's environments with their settings",
  positionals: ["ID"],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick deployment show dep_01k9zq0000000000000000000a --json",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const deployment = await showDeployment(deps, companyId, args.positionals[0] ?? "");
    return {
      json: {
        company_id: companyId,
        deployment_id: deployment.deploymentId,
        name: deployment.name,
        archived_at: deployment.archivedAt?.toISOString() ?? null,
        ...Object.fromEntries(
          deployment.environments.map((environment) => [environment.kind, environmentJson(environment)]),
        ),
      },
      text: shownText(deployment),
    };
  },
};

/** One environment as `deployment show` and `deployment set` print it: never a key, only its hint. */
export function environmentJson(environment: EnvironmentSummary): Readonly<Record<string, unknown>> {
  return {
    integration_id: environment.integrationId,
    api_keys: environment.keyHints,
    webhook_url: environment.webhookUrl,
    webhook_state: environment.webhookState,
    settings: environment.settings,
  };
}

export function environmentText(environment: EnvironmentSummary): string {
  const rows: (readonly [string, string])[] = [
    ["integration_id", environment.integrationId],
    ["api_keys", environment.keyHints.join(", ")],
    ["webhook_url", environment.webhookUrl ?? "not set"],
    ...Object.entries(environment.settings).map(([name, value]) => [name, shown(value)] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join("");
}

function shown(value: unknown): string {
  if (value === null) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function createdJson(created: CreatedDeployment): Readonly<Record<string, unknown>> {
  return {
    company_id: created.companyId,
    deployment_id: created.deploymentId,
    name: created.name,
    test: keysJson(created.test),
    production: keysJson(created.production),
  };
}

function keysJson(environment: CreatedEnvironment): Readonly<Record<string, string>> {
  return {
    integration_id: environment.integrationId,
    api_key: environment.apiKey,
    webhook_secret: environment.webhookSecret,
  };
}

function createdText(created: CreatedDeployment): string {
  const side = (title: string, environment: CreatedEnvironment): string =>
    `${title}\n  integration_id  ${environment.integrationId}\n  api_key         ${environment.apiKey}\n  webhook_secret  ${environment.webhookSecret}\n`;
  return `Created deployment "${created.name}": ${created.deploymentId}\n${side("Test", created.test)}${side("Production", created.production)}`;
}

function listedJson(deployment: DeploymentSummary): Readonly<Record<string, unknown>> {
  return {
    deployment_id: deployment.deploymentId,
    name: deployment.name,
    created_at: deployment.createdAt.toISOString(),
    archived_at: deployment.archivedAt?.toISOString() ?? null,
    ...Object.fromEntries(
      deployment.environments.map((environment) => [environment.kind, { integration_id: environment.integrationId }]),
    ),
  };
}

function shownText(deployment: DeploymentSummary): string {
  const sides = deployment.environments.map(
    (environment) => `${environment.kind === "test" ? "Test" : "Production"}\n${environmentText(environment)}`,
  );
  const archived = deployment.archivedAt === null ? "" : ` (archived ${deployment.archivedAt.toISOString()})`;
  return `${deployment.name}: ${deployment.deploymentId}${archived}\n${sides.join("")}`;
}

function integrationIdOf(deployment: DeploymentSummary, kind: "test" | "production"): string {
  return deployment.environments.find((environment) => environment.kind === kind)?.integrationId ?? "";
}
