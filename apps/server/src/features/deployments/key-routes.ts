import {
  DEFAULT_OVERLAP_HOURS,
  LIST_API_KEYS,
  LIST_WEBHOOK_SECRETS,
  REVEAL_API_KEY,
  REVEAL_WEBHOOK_SECRET,
  REVOKE_API_KEY,
  REVOKE_WEBHOOK_SECRET,
  ROTATE_API_KEY,
  ROTATE_TOKEN_KEY,
  ROTATE_WEBHOOK_SECRET,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import {
  listWebhookSecrets,
  revealWebhookSecret,
  revokeWebhookSecret,
  rotateWebhookSecret,
  type WebhookSecretView,
} from "../endpoints/service.ts";
import { memberRoute } from "../users/guard.ts";
import { requireRecentConfirmation } from "../users/service.ts";
import {
  environmentById,
  listApiKeys,
  revealApiKey,
  revokeApiKey,
  rotateApiKey,
  rotateTokenKey,
  type ApiKeyView,
  type Overlap,
} from "./service.ts";

export function registerKeyRoutes(app: FastifyInstance, deps: Deps): void {
  registerApiKeys(app, deps);
  registerWebhookSecrets(app, deps);
  memberRoute(app, deps, ROTATE_TOKEN_KEY, {
    handler: async ({ companyId, params, body, actor, reply }) => {
      const place = await environmentById(deps, companyId, params.environment_id);
      void reply.code(201);
      return rotateTokenKey(deps, place, { compromised: body.compromised, actor });
    },
  });
}

function registerApiKeys(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_API_KEYS, {
    handler: async ({ companyId, params }) => {
      const place = await environmentById(deps, companyId, params.environment_id);
      return { items: (await listApiKeys(deps, place)).map(keyJson) };
    },
  });
  memberRoute(app, deps, REVEAL_API_KEY, {
    handler: async ({ companyId, params, person, actor }) => {
      requireRecentConfirmation(person);
      const place = await environmentById(deps, companyId, params.environment_id);
      const apiKey = await revealApiKey(deps, place, { keyId: params.key_id, actor });
      return { key_id: params.key_id, api_key: apiKey };
    },
  });
  memberRoute(app, deps, ROTATE_API_KEY, {
    handler: async ({ companyId, params, body, person, actor, reply }) => {
      requireRecentConfirmation(person);
      const place = await environmentById(deps, companyId, params.environment_id);
      const { keyId, apiKey, ending } = await rotateApiKey(deps, place, { overlap: overlapOf(body), actor });
      void reply.code(201);
      return {
        key_id: keyId,
        api_key: apiKey,
        ending: ending.map((old) => ({ key_id: old.keyId, ends_at: epochSeconds(old.endsAt) })),
      };
    },
  });
  memberRoute(app, deps, REVOKE_API_KEY, {
    handler: async ({ companyId, params, actor }) => {
      const place = await environmentById(deps, companyId, params.environment_id);
      return keyJson(await revokeApiKey(deps, place, { keyId: params.key_id, actor }));
    },
  });
}

function registerWebhookSecrets(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_WEBHOOK_SECRETS, {
    handler: async ({ companyId, params }) => {
      const place = await environmentById(deps, companyId, params.environment_id);
      return { items: (await listWebhookSecrets(deps, place)).map(secretJson) };
    },
  });
  memberRoute(app, deps, REVEAL_WEBHOOK_SECRET, {
    handler: async ({ companyId, params, person, actor }) => {
      requireRecentConfirmation(person);
      const place = await environmentById(deps, companyId, params.environment_id);
      const secret = await revealWebhookSecret(deps, place, { secretId: params.secret_id, actor });
      return { secret_id: params.secret_id, webhook_secret: secret };
    },
  });
  memberRoute(app, deps, ROTATE_WEBHOOK_SECRET, {
    handler: async ({ companyId, params, body, person, actor, reply }) => {
      requireRecentConfirmation(person);
      const place = await environmentById(deps, companyId, params.environment_id);
      const { secretId, secret, ending } = await rotateWebhookSecret(deps, place, { overlap: overlapOf(body), actor });
      void reply.code(201);
      return {
        secret_id: secretId,
        webhook_secret: secret,
        ending: ending.map((old) => ({ secret_id: old.secretId, ends_at: epochSeconds(old.endsAt) })),
      };
    },
  });
  memberRoute(app, deps, REVOKE_WEBHOOK_SECRET, {
    handler: async ({ companyId, params, actor }) => {
      const place = await environmentById(deps, companyId, params.environment_id);
      return secretJson(await revokeWebhookSecret(deps, place, { secretId: params.secret_id, actor }));
    },
  });
}

function overlapOf(body: { readonly overlap_hours?: number | undefined; readonly compromised: boolean }): Overlap {
  return body.compromised ? "compromised" : { hours: body.overlap_hours ?? DEFAULT_OVERLAP_HOURS };
}

function keyJson(key: ApiKeyView): Readonly<Record<string, unknown>> {
  return {
    key_id: key.keyId,
    hint: key.hint,
    status: key.status,
    created_at: epochSeconds(key.createdAt),
    last_used_at: epochSecondsOrNull(key.lastUsedAt),
    retires_at: epochSecondsOrNull(key.retiresAt),
    revoked_at: epochSecondsOrNull(key.revokedAt),
  };
}

function secretJson(secret: WebhookSecretView): Readonly<Record<string, unknown>> {
  return {
    secret_id: secret.secretId,
    hint: secret.hint,
    status: secret.status,
    created_at: epochSeconds(secret.createdAt),
    retires_at: epochSecondsOrNull(secret.retiresAt),
  };
}
