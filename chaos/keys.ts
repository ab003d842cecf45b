import { setTimeout as delay } from "node:timers/promises";

import type { ChaosDatabase } from "./database.ts";
import type { Credential } from "./history.ts";

/** The API keys and webhook secrets of one environment, which change while everything else breaks. */

export type KeyKind = "api" | "webhook";

export interface KeyRing {
  /** The newest that the lender knows of. */
  apiKey(): string;
  /** The same, once no change is under way. */
  settledApiKey(): Promise<string>;
  /**
   * Makes a new one beside the old; or ends what is old at once, for there are two at most. `random` is in [0, 1).
   * Repeated for a minute while PostgreSQL is away. One change at a time.
   */
  change(kind: KeyKind, random: () => number): Promise<void>;
  /** All there ever were, with the times of the database. */
  history(): Promise<{ readonly apiKeys: readonly Credential[]; readonly secrets: readonly Credential[] }>;
}

export interface KeyRingOptions {
  readonly database: ChaosDatabase;
  readonly cli: (parameters: readonly string[]) => Promise<unknown>;
  /** What commands take to name the environment. */
  readonly target: readonly string[];
  readonly environmentId: string;
  readonly first: { readonly api_key: string; readonly webhook_secret: string };
}

interface KeyRow {
  readonly id: string;
  readonly fromMs: number;
  /** null: in force without an end. */
  readonly untilMs: number | null;
  readonly alive: boolean;
}

// Newest first.
const ROWS: Readonly<Record<KeyKind, string>> = {
  api: `SELECT key_id AS id, extract(epoch FROM created_at)::float8 * 1000 AS "fromMs",
               extract(epoch FROM least(revoked_at, retires_at))::float8 * 1000 AS "untilMs",
               coalesce(least(revoked_at, retires_at) > now(), true) AS alive
          FROM api_keys WHERE environment_id = $1 ORDER BY created_at DESC, key_id DESC`,
  webhook: `SELECT s.secret_id AS id, extract(epoch FROM s.created_at)::float8 * 1000 AS "fromMs",
                   extract(epoch FROM s.retires_at)::float8 * 1000 AS "untilMs",
                   coalesce(s.retires_at > now(), true) AS alive
              FROM endpoint_secrets s JOIN endpoints p ON p.company_id = s.company_id AND p.endpoint_id = s.endpoint_id
             WHERE p.environment_id = $1 ORDER BY s.created_at DESC, s.secret_id DESC`,
};
const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

export function openKeyRing(options: KeyRingOptions): KeyRing {
  const ring: Ring = { ...options, values: new Map(), newest: options.first.api_key };
  let underWay: Promise<void> = Promise.resolve();
  return {
    apiKey: () => ring.newest,
    async settledApiKey() {
      await underWay.catch(() => undefined);
      return ring.newest;
    },
    change(kind, random) {
      underWay = underWay.catch(() => undefined).then(() => change(ring, kind, random));
      return underWay;
    },
    history: async () => ({ apiKeys: await everOf(ring, "api"), secrets: await everOf(ring, "webhook") }),
  };
}

interface Ring extends KeyRingOptions {
  /** By id. */
  readonly values: Map<string, string>;
  newest: string;
}

interface Plan {
  /** The newest one when it was made. */
  readonly before: string;
  readonly act: "overlap" | "replace" | "end the older";
}

async function change(ring: Ring, kind: KeyKind, random: () => number): Promise<void> {
  await nameTheFirst(ring, kind);
  const alive = (await rowsOf(ring, kind)).filter((row) => row.alive);
  const gentle = alive.length > 1 ? "end the older" : "overlap";
  const plan: Plan = { before: alive[0]?.id ?? "", act: random() < 0.5 ? gentle : "replace" };
  await persistently(async () => {
    await act(ring, kind, plan);
    await learn(ring, kind);
  });
}

/** A command that was cut off may have done its work: it is not done twice. */
async function act({ cli, target, ...ring }: Ring, kind: KeyKind, plan: Plan): Promise<void> {
  const [latest, older] = (await rowsOf(ring, kind)).filter((row) => row.alive);
  if (latest?.id !== plan.before) return;
  const rotate = ["key", "rotate", ...target, "--kind", kind];
  if (plan.act === "replace") await cli([...rotate, "--compromised"]);
  else if (plan.act === "overlap") await cli([...rotate, "--overlap-hours", "1"]);
  else if (older !== undefined) await cli(["key", "revoke", ...target, "--key", older.id]);
}

async function learn(ring: Ring, kind: KeyKind): Promise<void> {
  const rows = await rowsOf(ring, kind);
  for (const { id, alive } of rows) {
    if (!alive || ring.values.has(id)) continue;
    const shown = (await ring.cli(["key", "show", ...ring.target, "--key", id])) as Shown;
    ring.values.set(id, shown.api_key ?? shown.webhook_secret ?? "");
  }
  if (kind === "api") ring.newest = ring.values.get(rows[0]?.id ?? "") ?? ring.newest;
}

interface Shown {
  readonly api_key?: string;
  readonly webhook_secret?: string;
}

/** The first ones were made with the deployment, which prints no ids. */
async function nameTheFirst(ring: Ring, kind: KeyKind): Promise<void> {
  const id = (await rowsOf(ring, kind)).at(-1)?.id ?? "";
  if (!ring.values.has(id)) ring.values.set(id, kind === "api" ? ring.first.api_key : ring.first.webhook_secret);
}

async function everOf(ring: Ring, kind: KeyKind): Promise<readonly Credential[]> {
  await nameTheFirst(ring, kind);
  return (await rowsOf(ring, kind)).flatMap(({ id, fromMs, untilMs }) => {
    const value = ring.values.get(id);
    return value === undefined ? [] : [{ value, fromMs, untilMs: untilMs ?? Number.POSITIVE_INFINITY }];
  });
}

function rowsOf({ database, environmentId }: Pick<Ring, "database" | "environmentId">, kind: KeyKind) {
  return database.query<KeyRow>(ROWS[kind], [environmentId]);
}

async function persistently(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}
