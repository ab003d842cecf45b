/** The life of an endpoint's signing secrets: listed, shown, rotated with an overlap, ended. */
import { randomBytes } from "node:crypto";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import type { SealedColumn } from "../../infra/sealed.ts";
import { record, type Actor } from "../audit/service.ts";
import * as store from "./store.ts";

export interface WebhookSecretView {
  readonly secretId: string;
  /** `whsec_…` and the last four characters. */
  readonly hint: string;
  readonly status: "current" | "retiring" | "retired";
  readonly createdAt: Date;
  readonly retiresAt: Date | null;
}

export interface RotatedSecret {
  readonly secretId: string;
  /** `whsec_<base64 of 32 random bytes>`, here only. */
  readonly secret: string;
  readonly ending: readonly { readonly secretId: string; readonly endsAt: Date }[];
}

interface Holder {
  readonly companyId: string;
  readonly endpointId: string;
}

const MAX_ALIVE = 2;
const MAX_LISTED = 100;

/** Newest first, at most 100, ended ones too. Throws `not_found`. */
export async function listWebhookSecrets(deps: Deps, key: store.EndpointKey): Promise<readonly WebhookSecretView[]> {
  const endpoint = await store.findEndpoint(deps.db, key);
  if (endpoint === null) throw noEnvironment();
  const holder = { companyId: key.companyId, endpointId: endpoint.endpoint_id };
  const rows = await store.listSecrets(deps.db, key.companyId, { endpointId: holder.endpointId, limit: MAX_LISTED });
  return rows.map((row) => viewOf(deps, holder, row));
}

/** The whole secret; the reading is audited. Throws `not_found`, `key_not_alive`. */
export async function revealWebhookSecret(
  deps: Deps,
  key: store.EndpointKey,
  wish: { readonly secretId: string; readonly actor: Actor },
): Promise<string> {
  return deps.db.transaction(async (tx) => {
    const { holder, rows } = await locked(tx, key);
    const row = findAlive(rows, wish.secretId);
    await note(tx, deps, { key, actor: wish.actor, action: "webhook_secret.revealed", secretId: row.secret_id });
    return open(deps, holder, row);
  });
}

/**
 * During `hours` both sign (`webhook-signature` carries one signature of each); "compromised" ends every older one at
 * once. Throws `not_found`, `key_rotation_running`.
 */
export async function rotateWebhookSecret(
  deps: Deps,
  key: store.EndpointKey,
  wish: { readonly overlap: { readonly hours: number } | "compromised"; readonly actor: Actor },
): Promise<RotatedSecret> {
  const hours = wish.overlap === "compromised" ? 0 : wish.overlap.hours;
  return deps.db.transaction(async (tx) => {
    const { holder, rows } = await locked(tx, key);
    const alive = rows.filter((row) => row.alive);
    if (wish.overlap !== "compromised") refuseThird(alive);
    const created = await addSecret(tx, deps, holder);
    for (const row of alive) {
      await store.retireSecret(tx, key.companyId, { endpointId: holder.endpointId, secretId: row.secret_id, hours });
    }
    const after = await store.listSecrets(tx, key.companyId, { endpointId: holder.endpointId, limit: MAX_LISTED });
    const ending = after.flatMap(({ secret_id: secretId, retires_at: endsAt }) =>
      endsAt !== null && alive.some((old) => old.secret_id === secretId) ? [{ secretId, endsAt }] : [],
    );
    await note(tx, deps, {
      key,
      actor: wish.actor,
      action: "webhook_secret.rotated",
      secretId: created.secretId,
      details: { overlap_hours: hours, compromised: wish.overlap === "compromised" },
    });
    return { ...created, ending };
  });
}

/** It signs nothing any more within a second. Throws `not_found`, `key_not_alive`, `key_is_last`. */
export async function revokeWebhookSecret(
  deps: Deps,
  key: store.EndpointKey,
  wish: { readonly secretId: string; readonly actor: Actor },
): Promise<WebhookSecretView> {
  return deps.db.transaction(async (tx) => {
    const { holder, rows } = await locked(tx, key);
    const row = findAlive(rows, wish.secretId);
    const left = rows.find((other) => other.alive && other.secret_id !== row.secret_id);
    if (left === undefined) {
      throw fail(
        "key_is_last",
        "This is the only webhook secret of the environment. Rotate it with compromised, which ends it at once and makes a new one.",
      );
    }
    const { endpointId } = holder;
    await store.retireSecret(tx, key.companyId, { endpointId, secretId: row.secret_id, hours: 0 });
    await store.keepSecret(tx, key.companyId, { endpointId, secretId: left.secret_id });
    await note(tx, deps, { key, actor: wish.actor, action: "webhook_secret.revoked", secretId: row.secret_id });
    const after = await store.listSecrets(tx, key.companyId, { endpointId, limit: MAX_LISTED });
    return viewOf(deps, holder, after.find((other) => other.secret_id === row.secret_id) ?? row);
  });
}

/** Stored encrypted. */
export async function addSecret(
  tx: Transaction,
  deps: Deps,
  { companyId, endpointId }: Holder,
): Promise<{ readonly secretId: string; readonly secret: string }> {
  const secretId = deps.ids.make("sec");
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  await store.insertSecret(tx, companyId, {
    endpoint_id: endpointId,
    secret_id: secretId,
    ciphertext: deps.secrets.encrypt(secret, secretContext(companyId, endpointId, secretId)),
  });
  return { secretId, secret };
}

/** Authenticated with the ciphertext: a row copied to another endpoint can not be opened there. */
export function secretContext(companyId: string, endpointId: string, secretId: string): string {
  return `endpoint_secrets:${companyId}:${endpointId}:${secretId}`;
}

/** For the re-encryption under a new key of the ring. */
export const SEALED_WEBHOOK_SECRETS: SealedColumn = {
  table: "endpoint_secrets",
  column: "ciphertext",
  key: ["company_id", "endpoint_id", "secret_id"],
  context: ([companyId = "", endpointId = "", secretId = ""]) => secretContext(companyId, endpointId, secretId),
};

async function locked(
  tx: Transaction,
  key: store.EndpointKey,
): Promise<{ readonly holder: Holder; readonly rows: readonly store.SecretStateRow[] }> {
  const endpoint = await store.lockEndpoint(tx, key);
  if (endpoint === null) throw noEnvironment();
  const holder = { companyId: key.companyId, endpointId: endpoint.endpoint_id };
  const rows = await store.listSecrets(tx, key.companyId, { endpointId: holder.endpointId, limit: MAX_LISTED });
  return { holder, rows };
}

function findAlive(rows: readonly store.SecretStateRow[], secretId: string): store.SecretStateRow {
  const row = rows.find((candidate) => candidate.secret_id === secretId);
  if (row === undefined) throw fail("not_found", "This environment has no such webhook secret.");
  if (row.alive) return row;
  throw fail("key_not_alive", `This webhook secret ended at ${row.retires_at?.toISOString() ?? "an earlier time"}.`);
}

function refuseThird(alive: readonly store.SecretStateRow[]): void {
  if (alive.length < MAX_ALIVE) return;
  const until = alive.find((row) => row.retires_at !== null)?.retires_at?.toISOString();
  const which = until === undefined ? "" : ` The older one signs until ${until}.`;
  throw fail(
    "key_rotation_running",
    `Two webhook secrets sign already.${which} Revoke it first, or wait; at most two may sign.`,
  );
}

async function note(
  tx: Transaction,
  deps: Deps,
  act: {
    readonly key: store.EndpointKey;
    readonly actor: Actor;
    readonly action: string;
    readonly secretId: string;
    readonly details?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await record(tx, deps, {
    companyId: act.key.companyId,
    actor: act.actor,
    action: act.action,
    targetType: "webhook_secret",
    targetId: act.secretId,
    details: { environment_id: act.key.environmentId, ...act.details },
  });
}

function open(deps: Deps, { companyId, endpointId }: Holder, row: store.SecretStateRow): string {
  return deps.secrets.decrypt(row.ciphertext, secretContext(companyId, endpointId, row.secret_id));
}

function viewOf(deps: Deps, holder: Holder, row: store.SecretStateRow): WebhookSecretView {
  return {
    secretId: row.secret_id,
    hint: `whsec_…${open(deps, holder, row).slice(-4)}`,
    status: row.alive ? (row.retires_at === null ? "current" : "retiring") : "retired",
    createdAt: row.created_at,
    retiresAt: row.retires_at,
  };
}

function noEnvironment(): Error {
  return fail("not_found", "There is no such environment.");
}
