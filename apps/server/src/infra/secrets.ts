/** Envelope encryption and keyed hashes. Raw keys exist in memory only. */
export interface Secrets {
  /** AES-256-GCM under the first key of the ring; `<kek id>:<base64 of nonce, tag, data>`. `context` is authenticated. */
  encrypt(plaintext: string, context: string): string;
  /** Throws when the ring lacks the key or the text was altered. */
  decrypt(ciphertext: string, context: string): string;
  /** Hex HMAC-SHA256 under the pepper, for look-ups. */
  lookupHash(value: string): string;
  /** 32 lower-case hex characters: HMAC of the parts under the seed key. Parts are length-separated. */
  deriveSeed(parts: readonly string[]): string;
}
