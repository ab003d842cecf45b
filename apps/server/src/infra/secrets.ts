import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { KeyRing } from "./key-ring.ts";

/** Envelope encryption and keyed hashes. Raw keys exist in memory only. */
export interface Secrets {
  /** Number of the ring's first key, under which everything new is encrypted. */
  readonly firstKeyId: string;
  /** AES-256-GCM under the first key of the ring; `<kek id>:<base64 of nonce, tag, data>`. `context` is authenticated. */
  encrypt(plaintext: string, context: string): string;
  /** Throws when the ring lacks the key or the text was altered. */
  decrypt(ciphertext: string, context: string): string;
  /** Hex HMAC-SHA256 under the pepper, for look-ups. */
  lookupHash(value: string): string;
  /** 32 lower-case hex characters: HMAC of the parts under the seed key. Parts are length-separated. */
  deriveSeed(parts: readonly string[]): string;
}

export interface SecretMaterial {
  readonly ring: KeyRing;
  /** 32 random bytes each; they stay the same when the ring is rotated. */
  readonly pepper: Uint8Array;
  readonly seedKey: Uint8Array;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createSecrets(material: SecretMaterial): Secrets {
  return {
    firstKeyId: material.ring[0].id,
    encrypt: (plaintext, context) => encrypt(material.ring, plaintext, context),
    decrypt: (ciphertext, context) => decrypt(material.ring, ciphertext, context),
    lookupHash: (value) => createHmac("sha256", material.pepper).update(value).digest("hex"),
    deriveSeed: (parts) => {
      const hmac = createHmac("sha256", material.seedKey);
      for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
      return hmac.digest("hex").slice(0, 32);
    },
  };
}

export function encrypt(ring: KeyRing, plaintext: string, context: string): string {
  const [first] = ring;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", first.key, nonce).setAAD(Buffer.from(context));
  const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return `${first.id}:${Buffer.concat([nonce, cipher.getAuthTag(), data]).toString("base64")}`;
}

export function decrypt(ring: KeyRing, ciphertext: string, context: string): string {
  const separator = ciphertext.indexOf(":");
  const id = ciphertext.slice(0, separator);
  const entry = ring.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`The key ring has no key "${id}".`);
  const bytes = Buffer.from(ciphertext.slice(separator + 1), "base64");
  const decipher = createDecipheriv("aes-256-gcm", entry.key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const data = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
}
