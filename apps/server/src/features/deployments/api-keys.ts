/** The life of an environment's keys: listed, shown, rotated with an overlap, ended. */
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import {
  findKeyRow,
  keepKey,
  listKeyRows,
  lockForKeys,
  retireKey,
  retireTokenKeys,
  revokeKey,
  type ApiKeyRow,
} from "./key-store.ts";
import { apiKeyContext, apiKeyHash, apiKeyHint, makeApiKey, makeTokenKey, tokenKeyContext } from "./keys.ts";
import { insertApiKey, insertTokenKey } from "./store.ts";

/** An environment, already known to belong to the company. */
export interface KeyPlace {
  readonly companyId: string;
  readonly environmentId: string;
  readonly kind: "test" | "production";
}

/** How the older keys end: after whole hours beside the new one, or, because one leaked, at once. */
export type Overlap = { readonly hours: number } | "compromised";

export type KeyStatus = "current" | "retiring" | "next" | "retired" | "revoked";

export interface ApiKeyView {
  readonly keyId: string;
  readonly hint: string;
  readonly status: KeyStatus;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly retiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface RotatedKey {
  readonly keyId: string;
  /** The whole key, here only. */
  readonly apiKey: string;
  readonly ending: readonly { readonly keyId: string; readonly endsAt: Date }[];
}

const MAX_ALIVE = 2;
const MAX_LISTED = 100;

/** Newest first, at most 100, ended ones too. */
export async function listApiKeys(deps: Deps, place: KeyPlace): Promise<readonly ApiKeyView[]> {
  const rows = await listKeyRows(deps.db, place, MAX_LISTED);
  return rows.map((row) => viewOf(row, rows));
}

/** The whole key; the reading is audited. Throws `not_found`, `key_not_alive`. */
export async function revealApiKey(
  deps: Deps,
  place: KeyPlace,
  wish: { readonly keyId: string; readonly actor: Actor },
): Promise<string> {
  return deps.db.transaction(async (tx) => {
    const row = await findAlive(tx, place, wish.keyId);
    await note(tx, deps, { place, actor: wish.actor, action: "api_key.revealed", row });
    const { companyId, environmentId } = place;
    return deps.secrets.decrypt(row.ciphertext, apiKeyContext({ companyId, environmentId, keyId: row.key_id }));
  });
}

/**
 * A new key. Both are accepted during the overlap; webhooks are signed by the old one (`X-Signature`) and the new one
 * (`X-Signature-Next`). `compromised` ends every older key in the same transaction. Throws `key_rotation_running`.
 */
export async function rotateApiKey(
  deps: Deps,
  place: KeyPlace,
  wish: { readonly overlap: Overlap; readonly actor: Actor },
): Promise<RotatedKey> {
  return deps.db.transaction(async (tx) => {
    await lock(tx, place);
    const alive = (await listKeyRows(tx, place, MAX_LISTED)).filter((row) => row.alive);
    if (wish.overlap !== "compromised") refuseThird(alive);
    const created = await addKey(tx, deps, place);
    for (const row of alive) {
      if (wish.overlap === "compromised") await revokeKey(tx, place, row.key_id);
      else await retireKey(tx, place, { keyId: row.key_id, hours: wish.overlap.hours });
    }
    const rows = await listKeyRows(tx, place, MAX_LISTED);
    const ending = rows
      .filter((row) => alive.some((old) => old.key_id === row.key_id))
      .map((row) => ({ keyId: row.key_id, endsAt: endOf(row) }));
    await record(tx, deps, {
      companyId: place.companyId,
      actor: wish.actor,
      action: "api_key.rotated",
      targetType: "environment",
      targetId: place.environmentId,
      details: {
        environment: place.kind,
        new_key: created.keyId,
        overlap_hours: wish.overlap === "compromised" ? 0 : wish.overlap.hours,
        compromised: wish.overlap === "compromised",
        ending: ending.map(({ keyId, endsAt }) => ({ key_id: keyId, ends_at: endsAt.toISOString() })),
      },
    });
    return { ...created, ending };
  });
}

/** Ends a key for every process within a second. Throws `not_found`, `key_not_alive`, `key_is_last`. */
export async function revokeApiKey(
  deps: Deps,
  place: KeyPlace,
  wish: { readonly keyId: string; readonly actor: Actor },
): Promise<ApiKeyView> {
  return deps.db.transaction(async (tx) => {
    await lock(tx, place);
    const row = await findAlive(tx, place, wish.keyId);
    const others = (await listKeyRows(tx, place, MAX_LISTED)).filter(
      (other) => other.alive && other.key_id !== row.key_id,
    );
    const [left] = others;
    if (left === undefined) {
      throw fail(
        "key_is_last",
        `${row.hint} is the only API key of this environment: without it nothing could be created or signed. Rotate it with compromised, which ends it at once and makes a new one.`,
      );
    }
    await revokeKey(tx, place, row.key_id);
    await keepKey(tx, place, left.key_id);
    await note(tx, deps, { place, actor: wish.actor, action: "api_key.revoked", row });
    const rows = await listKeyRows(tx, place, MAX_LISTED);
    const after = rows.find((candidate) => candidate.key_id === row.key_id) ?? row;
    return viewOf(after, rows);
  });
}

/**
 * A new key for access and journey tokens. Older ones go on verifying, because old links must still lead somewhere;
 * `compromised` ends them: links and open pages made before die, short codes live.
 */
export async function rotateTokenKey(
  deps: Deps,
  place: KeyPlace,
  wish: { readonly compromised: boolean; readonly actor: Actor },
): Promise<{ readonly kid: string; readonly ended: number }> {
  return deps.db.transaction(async (tx) => {
    await lock(tx, place);
    const kid = deps.ids.make("kid");
    const { companyId, environmentId } = place;
    const ciphertext = deps.secrets.encrypt(makeTokenKey(), tokenKeyContext({ companyId, environmentId, kid }));
    await insertTokenKey(tx, { companyId, environmentId, kid, ciphertext });
    const ended = wish.compromised ? await retireTokenKeys(tx, place, kid) : 0;
    await record(tx, deps, {
      companyId,
      actor: wish.actor,
      action: "token_key.rotated",
      targetType: "environment",
      targetId: environmentId,
      details: { environment: place.kind, new_key: kid, compromised: wish.compromised, ended },
    });
    return { kid, ended };
  });
}

/** A key of this environment, stored encrypted with its place in the directory. */
export async function addKey(
  tx: Transaction,
  deps: Deps,
  place: KeyPlace,
): Promise<{ readonly keyId: string; readonly apiKey: string }> {
  const { companyId, environmentId, kind } = place;
  const keyId = deps.ids.make("key");
  const apiKey = makeApiKey(kind);
  await insertApiKey(tx, {
    companyId,
    environmentId,
    keyId,
    hint: apiKeyHint(apiKey),
    ciphertext: deps.secrets.encrypt(apiKey, apiKeyContext({ companyId, environmentId, keyId })),
    keyHash: apiKeyHash(deps.secrets, apiKey),
  });
  return { keyId, apiKey };
}

async function lock(tx: Transaction, place: KeyPlace): Promise<void> {
  if (!(await lockForKeys(tx, place))) throw fail("not_found", "There is no such environment.");
}

async function findAlive(tx: Transaction, place: KeyPlace, keyId: string): Promise<ApiKeyRow> {
  const row = await findKeyRow(tx, place, keyId);
  if (row === null) throw fail("not_found", "This environment has no such API key.");
  if (row.alive) return row;
  const how = row.revoked_at === null ? "retired" : "was revoked";
  throw fail("key_not_alive", `${row.hint} ${how} at ${endOf(row).toISOString()}.`);
}

function refuseThird(alive: readonly ApiKeyRow[]): void {
  if (alive.length < MAX_ALIVE) return;
  const old = alive.find((row) => row.retires_at !== null);
  const until = old?.retires_at ? `${old.hint} is accepted until ${old.retires_at.toISOString()}` : "one is enough";
  throw fail(
    "key_rotation_running",
    `Two API keys are alive: ${until}. Revoke it first, or wait; at most two may be alive.`,
  );
}

async function note(
  tx: Transaction,
  deps: Deps,
  act: { readonly place: KeyPlace; readonly actor: Actor; readonly action: string; readonly row: ApiKeyRow },
): Promise<void> {
  await record(tx, deps, {
    companyId: act.place.companyId,
    actor: act.actor,
    action: act.action,
    targetType: "api_key",
    targetId: act.row.key_id,
    details: { environment_id: act.place.environmentId, environment: act.place.kind, hint: act.row.hint },
  });
}

function endOf(row: ApiKeyRow): Date {
  const ends = [row.revoked_at, row.retires_at].filter((end) => end !== null);
  return new Date(Math.min(...ends.map((end) => end.getTime())));
}

function viewOf(row: ApiKeyRow, all: readonly ApiKeyRow[]): ApiKeyView {
  return {
    keyId: row.key_id,
    hint: row.hint,
    status: statusOf(row, all),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    retiresAt: row.retires_at,
    revokedAt: row.revoked_at,
  };
}

function statusOf(row: ApiKeyRow, all: readonly ApiKeyRow[]): KeyStatus {
  if (row.revoked_at !== null) return "revoked";
  if (!row.alive) return "retired";
  if (row.retires_at !== null) return "retiring";
  return all.some((other) => other.alive && other.key_id !== row.key_id) ? "next" : "current";
}
