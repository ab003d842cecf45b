/** A value at most `maxAgeMs` old, counted from when its load began; simultaneous misses share one load. */
export interface FreshCache<V> {
  get(key: string, load: () => Promise<V | null>): Promise<V | null>;
}

export interface FreshCacheOptions {
  readonly maxAgeMs: number;
  /** Beyond it the cache starts anew; a bound against keys made up by callers. */
  readonly maxEntries?: number;
  readonly now?: () => number;
}

/** `null` (nothing there) and failures are never kept, so what was just created is found at once. */
export function createFreshCache<V>(options: FreshCacheOptions): FreshCache<V> {
  const { maxAgeMs, maxEntries = 10_000, now = () => performance.now() } = options;
  let entries = new Map<string, { readonly startedAt: number; readonly value: Promise<V | null> }>();
  return {
    get(key, load) {
      const startedAt = now();
      const entry = entries.get(key);
      if (entry && startedAt - entry.startedAt < maxAgeMs) return entry.value;
      if (entries.size >= maxEntries) entries = new Map();
      const fresh = { startedAt, value: load() };
      entries.set(key, fresh);
      const forget = () => {
        if (entries.get(key) === fresh) entries.delete(key);
      };
      fresh.value.then((value) => value ?? forget(), forget);
      return fresh.value;
    },
  };
}

/** Revocation and new settings take effect in every process within a second; the rest is left for the query. */
export const CREDENTIALS_MAX_AGE_MS = 900;
