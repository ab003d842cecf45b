import { SETTING_GUIDE, webhookUrlSchema } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { mayUsePlainHttp } from "../../infra/egress-rules.ts";
import { fail } from "../../infra/errors.ts";
import { createFreshCache, CREDENTIALS_MAX_AGE_MS, type FreshCache } from "../../infra/fresh-cache.ts";
import { touchDue } from "./due.ts";
import { announce } from "./notices.ts";
import { lockHealth, type EndpointPlace } from "./notices-store.ts";
import { addSecret, secretContext } from "./secrets.ts";
import * as store from "./store.ts";

/** Where an environment's webhooks go: one endpoint each, its URL, its state and its signing secrets. */

export interface Endpoint {
  readonly endpointId: string;
  readonly url: string | null;
  readonly state: "enabled" | "disabled";
  readonly disabledReason: string | null;
}

/** Creates the environment's endpoint, without a URL yet. `secret` is `whsec_<base64 of 32 random bytes>`. */
export async function createEndpoint(
  tx: Transaction,
  deps: Deps,
  key: store.EndpointKey,
): Promise<{ endpointId: string; secret: string }> {
  const endpointId = deps.ids.make("end");
  await store.insertEndpoint(tx, { ...key, endpointId });
  const { secret } = await addSecret(tx, deps, { companyId: key.companyId, endpointId });
  return { endpointId, secret };
}

/**
 * Sets or clears (`null`) the URL. Setting one, also the same again, enables the endpoint and sends what was held;
 * clearing holds what is pending. Checks syntax and scheme only: addresses are judged when connecting.
 * @throws `setting_invalid`
 */
export async function setWebhookUrl(
  tx: Transaction,
  deps: Deps,
  change: store.EndpointKey & { kind: "test" | "production"; url: string | null },
): Promise<void> {
  const url = change.url === null ? null : checkedUrl(deps, change.url, change.kind);
  const endpoint = await store.lockEndpoint(tx, change);
  if (endpoint === null) throw fail("deployment_unknown", "There is no such environment");
  const { companyId } = change;
  const endpointId = endpoint.endpoint_id;
  await store.updateEndpoint(tx, { companyId, endpointId, url, state: "enabled", disabledReason: null });
  if (url === null) {
    await store.holdDeliveries(tx, companyId, endpointId);
  } else if ((await store.releaseDeliveries(tx, companyId, endpointId)) > 0) {
    tx.afterCommit(() => touchDue(deps, companyId));
  }
}

/**
 * Switches the endpoint off, holds its deliveries and tells the admins. Does nothing when it is off already or when its URL is no longer
 * `onlyForUrl`: what an old address answered must not switch off the new one.
 */
export async function disableEndpoint(
  deps: Deps,
  key: store.EndpointKey,
  options: { reason: "gone" | "failing"; onlyForUrl: string },
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const endpoint = await store.lockEndpoint(tx, key);
    if (endpoint === null || endpoint.state === "disabled" || endpoint.url !== options.onlyForUrl) return false;
    const place = { ...key, endpointId: endpoint.endpoint_id };
    await announce(tx, deps, place, options.reason === "gone" ? "gone" : "disabled");
    await store.updateEndpoint(tx, {
      companyId: key.companyId,
      endpointId: endpoint.endpoint_id,
      url: endpoint.url,
      state: "disabled",
      disabledReason: options.reason,
    });
    await store.holdDeliveries(tx, key.companyId, endpoint.endpoint_id);
    return true;
  });
}

/** Keeps the count of failing days: call it only when an attempt's outcome changes what the endpoint's row said. */
export async function noteHealth(deps: Deps, place: EndpointPlace, health: "failing" | "working"): Promise<void> {
  if (health === "failing") return store.markFailing(deps.db, place.companyId, place.endpointId);
  await deps.db.transaction(async (tx) => {
    const found = await lockHealth(tx, place);
    if (found === null || !found.troubled) return;
    await announce(tx, deps, place, "recovered");
    await store.markWorking(tx, place.companyId, place.endpointId);
  });
}

export async function findEndpoint(deps: Deps, key: store.EndpointKey): Promise<Endpoint | null> {
  const row = await store.findEndpoint(deps.db, key);
  if (row === null) return null;
  return { endpointId: row.endpoint_id, url: row.url, state: row.state, disabledReason: row.disabled_reason };
}

/** The newest signing secret of the environment's endpoint, `whsec_…`. */
export async function webhookSecret(deps: Deps, key: store.EndpointKey): Promise<string> {
  const endpoint = await store.findEndpoint(deps.db, key);
  const secrets = endpoint === null ? [] : await signingSecrets(deps, key.companyId, endpoint.endpoint_id);
  const newest = secrets[0];
  if (newest === undefined) throw fail("deployment_unknown", "There is no such environment");
  return newest;
}

/** Every secret that signs now, newest first: several while one is being rotated. At most a second old. */
export async function signingSecrets(deps: Deps, companyId: string, endpointId: string): Promise<readonly string[]> {
  const found = await secretCacheOf(deps).get(`${companyId}/${endpointId}`, async () => {
    const rows = await store.liveSecrets(deps.db, companyId, endpointId);
    return rows.map((row) => deps.secrets.decrypt(row.ciphertext, secretContext(companyId, endpointId, row.secret_id)));
  });
  return found ?? [];
}

// One per database, so that two servers in one process (tests) never see each other's rows.
const secretCaches = new WeakMap<object, FreshCache<readonly string[]>>();

function secretCacheOf(deps: Deps): FreshCache<readonly string[]> {
  const cache = secretCaches.get(deps.db) ?? createFreshCache({ maxAgeMs: CREDENTIALS_MAX_AGE_MS });
  secretCaches.set(deps.db, cache);
  return cache;
}

/** The URL, if the setting may be this. Throws `setting_invalid`. */
export function checkedUrl(deps: Deps, value: string, kind: "test" | "production"): string {
  const parsed = webhookUrlSchema.safeParse(value);
  if (!parsed.success) throw refused(parsed.error.issues[0]?.message ?? "is not valid");
  const url = new URL(value);
  if (kind === "production" && url.protocol === "http:" && !mayUsePlainHttp(deps.config, url.hostname)) {
    throw refused("must begin with https:// in Production");
  }
  return value;
}

function refused(what: string): Error {
  const help = SETTING_GUIDE["webhook_url"];
  return fail("setting_invalid", `The webhook URL ${what}. ${help?.why}. For instance: ${help?.example}`);
}

export { touchDue } from "./due.ts";
export { endpointState, switchEndpoint, type EndpointState, type Switched } from "./switch.ts";
export { listEndpointNotices, startEndpointWatch, watchEndpoints } from "./notices.ts";
export {
  listWebhookSecrets,
  revealWebhookSecret,
  revokeWebhookSecret,
  rotateWebhookSecret,
  SEALED_WEBHOOK_SECRETS,
  type WebhookSecretView,
} from "./secrets.ts";
