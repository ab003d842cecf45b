/**
 * Who is asking, and for which environment: read-only, cached for less than a second, so that a hot path costs no query.
 */
import { environmentSettingsSchema, type EnvironmentSettings } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { createFreshCache, CREDENTIALS_MAX_AGE_MS, type FreshCache } from "../../infra/fresh-cache.ts";
import { noteKeyUse } from "./key-use.ts";
import { apiKeyContext, apiKeyHash, tokenKeyContext } from "./keys.ts";
import {
  findEnvironment,
  findEnvironmentByIntegration,
  findEnvironmentByKey,
  listLiveKeys,
  listPlaces,
  listTokenKeys,
  type EnvironmentRow,
} from "./access-store.ts";

export interface EnvironmentAccess {
  readonly companyId: string;
  readonly companyName: string;
  readonly deploymentId: string;
  readonly deploymentName: string;
  readonly environmentId: string;
  readonly kind: "test" | "production";
  readonly integrationId: string;
  readonly settings: EnvironmentSettings;
  /** Takes no new session; what was begun goes on. */
  readonly archived: boolean;
}

/** Where a session of the company can stand. */
export interface EnvironmentPlace {
  readonly environmentId: string;
  readonly deploymentId: string;
  readonly deploymentName: string;
  readonly kind: "test" | "production";
  readonly integrationId: string;
  readonly archived: boolean;
}

export interface ApiKeyAccess {
  readonly environment: EnvironmentAccess;
  readonly keyId: string;
}

export interface LiveKey {
  readonly keyId: string;
  readonly key: string;
}

export interface TokenKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

/** The environment an Integration ID names, or null. At most a second old. */
export async function environmentByIntegration(deps: Deps, integrationId: string): Promise<EnvironmentAccess | null> {
  // Issued ids are 24 characters; a NUL would be refused by the database, and long ones need no look-up.
  if (integrationId.length > 200 || integrationId.includes("\0")) return null;
  return cachesOf(deps).byIntegration.get(integrationId, async () =>
    toAccess(await findEnvironmentByIntegration(deps.db, integrationId)),
  );
}

/** At most a second old. Throws `not_found` when the company has no such environment. */
export async function environmentById(
  deps: Deps,
  companyId: string,
  environmentId: string,
): Promise<EnvironmentAccess> {
  const found = await cachesOf(deps).byId.get(`${companyId}/${environmentId}`, async () =>
    toAccess(await findEnvironment(deps.db, companyId, environmentId)),
  );
  if (!found) throw fail("not_found", "There is no such environment.");
  return found;
}

/** All environments of the company, those of archived deployments too: oldest deployment first, Test before Production. */
export async function listEnvironments(deps: Deps, companyId: string): Promise<readonly EnvironmentPlace[]> {
  return (await listPlaces(deps.db, companyId)).map((row) => ({
    environmentId: row.environment_id,
    deploymentId: row.deployment_id,
    deploymentName: row.deployment_name,
    kind: row.kind,
    integrationId: row.integration_id,
    archived: row.archived,
  }));
}

/** For whatever begins something new. Throws `deployment_archived`. */
export function refuseArchived(environment: Pick<EnvironmentAccess, "archived" | "deploymentName">): void {
  if (!environment.archived) return;
  throw fail(
    "deployment_archived",
    `The deployment "${environment.deploymentName}" is archived and takes no new sessions. Journeys under way can be finished and results stay. Un-archive it, or use the Integration ID and key of another deployment.`,
  );
}

/** The environment a live API key opens, or null. At most a second old, so a revoked key is refused within one. */
export async function authenticateApiKey(deps: Deps, rawKey: string): Promise<ApiKeyAccess | null> {
  // Under the key itself, not its hash: the HMAC is a tenth of a request's own work, and a map tells an attacker's clock
  // nothing, because it compares a key only with one whose seeded 32-bit hash is the same.
  const access = await cachesOf(deps).byKey.get(rawKey, async () => {
    const row = await findEnvironmentByKey(deps.db, apiKeyHash(deps.secrets, rawKey));
    const environment = toAccess(row);
    return row && environment ? { environment, keyId: row.key_id } : null;
  });
  if (access) noteKeyUse(deps, access.environment, access.keyId);
  return access;
}

/** The API keys alive now, oldest first: one, or two during the overlap of a rotation. At most a second old. */
export async function liveKeys(deps: Deps, companyId: string, environmentId: string): Promise<readonly LiveKey[]> {
  const found = await cachesOf(deps).liveKeys.get(`${companyId}/${environmentId}`, async () => {
    const rows = await listLiveKeys(deps.db, companyId, environmentId);
    return rows.map((row) => ({
      keyId: row.key_id,
      key: deps.secrets.decrypt(row.ciphertext, apiKeyContext({ companyId, environmentId, keyId: row.key_id })),
    }));
  });
  return found ?? [];
}

/** Raw API keys for `X-Signature` and, during an overlap, `X-Signature-Next`. Throws `unavailable` when none is alive. */
export async function signingKeys(
  deps: Deps,
  companyId: string,
  environmentId: string,
): Promise<{ readonly current: string; readonly next: string | null }> {
  const [current, next] = await liveKeys(deps, companyId, environmentId);
  if (!current) throw fail("unavailable", "This environment has no API key alive to sign with.");
  return { current: current.key, next: next?.key ?? null };
}

/** Keys of the access and journey tokens, newest first. At most a second old. */
export async function tokenKeys(deps: Deps, companyId: string, environmentId: string): Promise<readonly TokenKey[]> {
  const found = await cachesOf(deps).tokenKeys.get(`${companyId}/${environmentId}`, async () => {
    const rows = await listTokenKeys(deps.db, companyId, environmentId);
    return rows.map(({ kid, ciphertext }) => ({
      kid,
      key: Buffer.from(deps.secrets.decrypt(ciphertext, tokenKeyContext({ companyId, environmentId, kid })), "base64"),
    }));
  });
  return found ?? [];
}

function toAccess(row: EnvironmentRow | null): EnvironmentAccess | null {
  if (!row) return null;
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    deploymentId: row.deployment_id,
    deploymentName: row.deployment_name,
    environmentId: row.environment_id,
    kind: row.kind,
    integrationId: row.integration_id,
    settings: environmentSettingsSchema.parse(row.settings),
    archived: row.archived,
  };
}

interface Caches {
  readonly byIntegration: FreshCache<EnvironmentAccess>;
  readonly byId: FreshCache<EnvironmentAccess>;
  readonly byKey: FreshCache<ApiKeyAccess>;
  readonly liveKeys: FreshCache<readonly LiveKey[]>;
  readonly tokenKeys: FreshCache<readonly TokenKey[]>;
}

// One set per database, so that two servers in one process (tests) never see each other's rows.
const cachesByDatabase = new WeakMap<object, Caches>();

function cachesOf(deps: Deps): Caches {
  const known = cachesByDatabase.get(deps.db);
  if (known) return known;
  const options = { maxAgeMs: CREDENTIALS_MAX_AGE_MS };
  const caches: Caches = {
    byIntegration: createFreshCache(options),
    byId: createFreshCache(options),
    byKey: createFreshCache(options),
    liveKeys: createFreshCache(options),
    tokenKeys: createFreshCache(options),
  };
  cachesByDatabase.set(deps.db, caches);
  return caches;
}
