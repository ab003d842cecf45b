import { randomBytes } from "node:crypto";
import type { Config } from "../config.ts";
import type { Database, Queryable } from "./database.ts";
import {
  createKeyRingFile,
  HOW_TO_MAKE_A_RING,
  KEY_BYTES,
  keyRingFile,
  parseKeyRing,
  readKeyRingFile,
  type KeyRing,
} from "./key-ring.ts";
import { createSecrets, decrypt, encrypt, type Secrets } from "./secrets.ts";
import { SEALED_SYSTEM_KEYS } from "./sealed.ts";
import { StartRefused } from "./start-refused.ts";

type SecretConfig = Pick<Config, "secretRing" | "databaseUrl" | "dataDir">;
type SystemKey = "check" | "pepper" | "seed";

const CHECK_VALUE = "tallystick";

/**
 * Finds the key ring and unwraps the keys the database holds; a new database gets them first.
 * Throws StartRefused when there is no ring, or when it is not the one this database was made with.
 */
export async function loadSecrets(db: Database, config: SecretConfig): Promise<Secrets> {
  const isNew = (await readSystemKey(db, "check")) === null;
  const ring = await findKeyRing(config, isNew);
  await db.transaction(async (tx) => {
    await insertSystemKey(tx, "check", wrap(ring, "check", CHECK_VALUE));
    await insertSystemKey(tx, "pepper", wrap(ring, "pepper", randomBytes(KEY_BYTES).toString("base64")));
    await insertSystemKey(tx, "seed", wrap(ring, "seed", randomBytes(KEY_BYTES).toString("base64")));
  });
  const check = await unwrap(db, ring, "check");
  if (check !== CHECK_VALUE) throw wrongRing(null);
  return createSecrets({
    ring,
    pepper: Buffer.from(await unwrap(db, ring, "pepper"), "base64"),
    seedKey: Buffer.from(await unwrap(db, ring, "seed"), "base64"),
  });
}

/** For a database that was made elsewhere: throws StartRefused unless the ring at hand opens its keys. Changes nothing. */
export async function checkKeyRing(db: Queryable, config: SecretConfig): Promise<void> {
  const ring = await findKeyRing(config, false);
  for (const name of ["check", "pepper", "seed"] as const) {
    const value = await unwrap(db, ring, name);
    if (name === "check" && value !== CHECK_VALUE) throw wrongRing(null);
  }
}

/** Before a restore touches anything: a new ring would be made otherwise, and it would open nothing. Throws StartRefused. */
export async function requireOldKeyRing(config: SecretConfig): Promise<void> {
  requireKeyRing(config);
  if (config.secretRing !== null || (await readKeyRingFile(config.dataDir)) !== null) return;
  throw new StartRefused(
    `The key ring of the backed-up server is missing. Put its file "secret" at ${keyRingFile(config.dataDir)} (mode 0600), or give its ring as TALLYSTICK_SECRET: a backup never holds it.`,
  );
}

/** Known before the database is touched. Throws StartRefused when only the operator could give the ring and did not. */
export function requireKeyRing(config: SecretConfig): void {
  if (config.secretRing !== null || config.databaseUrl === null) return;
  throw new StartRefused(
    `DATABASE_URL is set, but TALLYSTICK_SECRET is not: the keys in the database need a key of yours. ${HOW_TO_MAKE_A_RING}`,
  );
}

async function findKeyRing(config: SecretConfig, isNew: boolean): Promise<KeyRing> {
  requireKeyRing(config);
  if (config.secretRing !== null) return parseKeyRing(config.secretRing);
  const stored = await readKeyRingFile(config.dataDir);
  if (stored !== null) return stored;
  if (isNew) return createKeyRingFile(config.dataDir);
  throw new StartRefused(
    `The key file ${keyRingFile(config.dataDir)} is missing, and the database was made with it. Put it back from your backup.`,
  );
}

function wrap(ring: KeyRing, name: SystemKey, value: string): string {
  return encrypt(ring, value, SEALED_SYSTEM_KEYS.context([name]));
}

async function unwrap(db: Queryable, ring: KeyRing, name: SystemKey): Promise<string> {
  const ciphertext = await readSystemKey(db, name);
  if (ciphertext === null) throw new Error(`The table system_keys lost the row "${name}".`);
  try {
    return decrypt(ring, ciphertext, SEALED_SYSTEM_KEYS.context([name]));
  } catch (error) {
    throw wrongRing(error);
  }
}

function wrongRing(cause: unknown): StartRefused {
  return new StartRefused(
    "The key ring can not open this database: it was made with another TALLYSTICK_SECRET. Put the right ring back; a new one must keep the old keys behind its first.",
    { cause },
  );
}

async function readSystemKey(db: Queryable, name: SystemKey): Promise<string | null> {
  const rows = await db.query<{ ciphertext: string }>("SELECT ciphertext FROM system_keys WHERE name = $1::text", [
    name,
  ]);
  return rows[0]?.ciphertext ?? null;
}

/** Two first starts may meet here: the row of the faster one stays. */
async function insertSystemKey(db: Queryable, name: SystemKey, ciphertext: string): Promise<void> {
  await db.query(
    "INSERT INTO system_keys (name, ciphertext) VALUES ($1::text, $2::text) ON CONFLICT (name) DO NOTHING",
    [name, ciphertext],
  );
}
