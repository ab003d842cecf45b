import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { StartRefused } from "./start-refused.ts";

export interface RingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** At least one key; the first encrypts, all decrypt. */
export type KeyRing = readonly [RingKey, ...RingKey[]];

export const KEY_BYTES = 32;
export const HOW_TO_MAKE_A_RING =
  `Make one with\n  node -e 'console.log("1:" + require("crypto").randomBytes(${KEY_BYTES}).toString("base64"))'\n` +
  "and keep it apart from the database and its backups: without it the stored keys can not be read.";

/** `2:<base64>,1:<base64>`: ids are positive integers, each key is 32 bytes. Throws StartRefused. */
export function parseKeyRing(text: string): KeyRing {
  const keys = text.split(",").map((entry) => parseEntry(entry.trim()));
  const ids = new Set(keys.map((entry) => entry.id));
  if (ids.size !== keys.length) throw new StartRefused("TALLYSTICK_SECRET names the same key number twice.");
  const [first, ...rest] = keys;
  if (first === undefined) throw new StartRefused("TALLYSTICK_SECRET is empty.");
  return [first, ...rest];
}

function parseEntry(entry: string): RingKey {
  const match = /^([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})$/.exec(entry);
  const key = Buffer.from(match?.[2] ?? "", "base64");
  if (match?.[1] === undefined || key.length !== KEY_BYTES) {
    throw new StartRefused(
      `TALLYSTICK_SECRET has an entry that is not "<number>:<base64 of ${KEY_BYTES} bytes>". ${HOW_TO_MAKE_A_RING}`,
    );
  }
  return { id: match[1], key };
}

/** For the embedded database: beside the PostgreSQL folder, so that a copy of one is useless without the other. */
export function keyRingFile(dataDir: string): string {
  return join(dataDir, "secret");
}

/** null when there is no file. */
export async function readKeyRingFile(dataDir: string): Promise<KeyRing | null> {
  try {
    return parseKeyRing((await readFile(keyRingFile(dataDir), "utf8")).trim());
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Creates the file with mode 0600 unless another process was faster; the ring on disk counts in either case. */
export async function createKeyRingFile(dataDir: string): Promise<KeyRing> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const target = keyRingFile(dataDir);
  const draft = `${target}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `1:${randomBytes(KEY_BYTES).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  // A link appears with its whole content or not at all, and never replaces an existing ring.
  await link(draft, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await unlink(draft);
  const ring = await readKeyRingFile(dataDir);
  if (ring === null) throw new StartRefused(`The key file ${target} vanished while it was created.`);
  return ring;
}
