import {
  APPLY_COPY,
  ARCHIVE_DEPLOYMENT,
  CHANGE_SETTINGS,
  CREATE_DEPLOYMENT,
  GET_DEPLOYMENT,
  GET_LOGO,
  LIST_DEPLOYMENTS,
  LIST_SETTING_CHANGES,
  PREVIEW_COPY,
  RENAME_DEPLOYMENT,
  UNARCHIVE_DEPLOYMENT,
  UPLOAD_LOGO,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { memberRoute, visitorRoute } from "../users/guard.ts";
import { actorNames, requireRecentConfirmation } from "../users/service.ts";
import { registerChoices } from "./choices-routes.ts";
import { registerEndpointSwitch } from "./endpoint-routes.ts";
import { registerKeyRoutes } from "./key-routes.ts";
import {
  applyCopy,
  archiveDeployment,
  createDeployment,
  environmentById,
  listDeployments,
  listSettingChanges,
  logoPath,
  previewCopy,
  readLogo,
  renameDeployment,
  setEnvironment,
  setLogo,
  showDeployment,
  unarchiveDeployment,
  type CreatedEnvironment,
  type DeploymentSummary,
  type EnvironmentSummary,
} from "./service.ts";

/** Deployments, their settings and their keys, for the company's people. */
export function registerDeploymentRoutes(app: FastifyInstance, deps: Deps): void {
  registerDeployments(app, deps);
  registerArchive(app, deps);
  registerSettings(app, deps);
  registerCopy(app, deps);
  registerLogo(app, deps);
  registerKeyRoutes(app, deps);
  registerEndpointSwitch(app, deps);
  registerChoices(app, deps);
}

function registerDeployments(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_DEPLOYMENTS, {
    handler: async ({ companyId, query, role }) => ({
      items: (await listDeployments(deps, companyId, query)).map((deployment) => ({
        ...headOf(deployment),
        environments: deployment.environments.map(({ environmentId, kind, integrationId }) => ({
          environment_id: environmentId,
          kind,
          // Ids and keys are for admins; a viewer finds results by the environment.
          integration_id: role === "admin" ? integrationId : null,
        })),
      })),
    }),
  });
  memberRoute(app, deps, CREATE_DEPLOYMENT, {
    handler: async ({ companyId, body, person, actor, reply }) => {
      requireRecentConfirmation(person);
      const created = await createDeployment(deps, { companyId, name: body.name, actor });
      void reply.code(201);
      return {
        deployment_id: created.deploymentId,
        name: created.name,
        test: createdJson(created.test),
        production: createdJson(created.production),
        advice: created.advice,
      };
    },
  });
  memberRoute(app, deps, GET_DEPLOYMENT, {
    handler: async ({ companyId, params }) => {
      const deployment = await showDeployment(deps, companyId, params.deployment_id);
      return { ...headOf(deployment), environments: deployment.environments.map(environmentJson) };
    },
  });
}

function registerArchive(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, RENAME_DEPLOYMENT, {
    handler: async ({ companyId, params, body, actor }) => {
      const deploymentId = params.deployment_id;
      const { name, advice } = await renameDeployment(deps, { companyId, deploymentId, name: body.name, actor });
      return { deployment_id: deploymentId, name, advice };
    },
  });
  memberRoute(app, deps, ARCHIVE_DEPLOYMENT, {
    handler: async ({ companyId, params, actor }) => {
      const { archivedAt } = await archiveDeployment(deps, { companyId, deploymentId: params.deployment_id, actor });
      return { deployment_id: params.deployment_id, archived_at: epochSecondsOrNull(archivedAt) };
    },
  });
  memberRoute(app, deps, UNARCHIVE_DEPLOYMENT, {
    handler: async ({ companyId, params, actor }) => {
      const { archivedAt } = await unarchiveDeployment(deps, { companyId, deploymentId: params.deployment_id, actor });
      return { deployment_id: params.deployment_id, archived_at: epochSecondsOrNull(archivedAt) };
    },
  });
}

function registerSettings(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, CHANGE_SETTINGS, {
    handler: async ({ companyId, params, body, actor }) => {
      const { deploymentId, kind } = await environmentById(deps, companyId, params.environment_id);
      const { changed, warnings } = await setEnvironment(deps, {
        companyId,
        deploymentId,
        kind,
        // Whatever was sent: the service judges every member against the schema and explains.
        ...(body.settings !== undefined && { settings: body.settings }),
        ...(body.webhook_url !== undefined && { webhookUrl: body.webhook_url }),
        actor,
      });
      const deployment = await showDeployment(deps, companyId, deploymentId);
      const now = deployment.environments.find((environment) => environment.kind === kind);
      return { changed, warnings, environment: now && environmentJson(now) };
    },
  });
  memberRoute(app, deps, LIST_SETTING_CHANGES, {
    handler: async ({ companyId, params, query }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      const { items, next } = await listSettingChanges(deps, environment, query);
      const nameOf = await actorNames(
        deps,
        items.map(({ actor }) => actor),
      );
      return {
        items: items.map((change) => ({
          change_id: change.changeId,
          environment: environment.kind,
          setting: change.setting,
          from: change.from,
          to: change.to,
          actor: change.actor,
          actor_name: nameOf(change.actor),
          at: epochSeconds(change.changedAt),
        })),
        next,
      };
    },
  });
}

function registerCopy(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, PREVIEW_COPY, {
    handler: async ({ companyId, params, query }) =>
      previewCopy(deps, {
        companyId,
        deploymentId: params.deployment_id,
        from: query.from,
        withWebhookUrl: query.webhook_url === "yes",
      }),
  });
  memberRoute(app, deps, APPLY_COPY, {
    handler: async ({ companyId, params, body, actor }) =>
      applyCopy(deps, {
        companyId,
        deploymentId: params.deployment_id,
        from: body.from,
        withWebhookUrl: body.webhook_url,
        version: body.version,
        actor,
      }),
  });
}

/** 256 KiB in base64, and the JSON around it. */
const LOGO_BODY_BYTES = 360_000;
const YEAR_SECONDS = 31_536_000;

function registerLogo(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, UPLOAD_LOGO, {
    bodyLimit: LOGO_BODY_BYTES,
    handler: async ({ companyId, params, body, actor }) => {
      const { deploymentId, kind } = await environmentById(deps, companyId, params.environment_id);
      const image = Buffer.from(body.image, "base64");
      const logo = await setLogo(deps, { companyId, deploymentId, kind, actor, image });
      return { ...logo, url: deps.config.publicUrl + logoPath(companyId, logo) };
    },
  });
  visitorRoute(app, deps, GET_LOGO, {
    handler: async ({ params, reply }) => {
      const { image, contentType } = await readLogo(deps, params.company_id, params.file);
      return reply
        .header("cache-control", `public, max-age=${YEAR_SECONDS}, immutable`)
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header("cross-origin-resource-policy", "same-origin")
        .type(contentType)
        .send(image);
    },
  });
}

function headOf(deployment: DeploymentSummary): Readonly<Record<string, unknown>> {
  return {
    deployment_id: deployment.deploymentId,
    name: deployment.name,
    created_at: epochSeconds(deployment.createdAt),
    archived_at: epochSecondsOrNull(deployment.archivedAt),
  };
}

function environmentJson(environment: EnvironmentSummary): Readonly<Record<string, unknown>> {
  return {
    environment_id: environment.environmentId,
    kind: environment.kind,
    integration_id: environment.integrationId,
    api_keys: environment.keyHints,
    webhook_url: environment.webhookUrl,
    webhook_state: environment.webhookState,
    settings: environment.settings,
  };
}

function createdJson(environment: CreatedEnvironment): Readonly<Record<string, string>> {
  return {
    environment_id: environment.environmentId,
    integration_id: environment.integrationId,
    api_key: environment.apiKey,
    webhook_secret: environment.webhookSecret,
  };
}
