export interface TokenBuckets {
  /** 0 when a token was taken, else whole seconds until the next one. */
  take(key: string): number;
}

export interface TokenBucketsOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** ms, never going backwards. */
  readonly now?: () => number;
}

/** Buckets this process keeps at once; a full table forgets those that have refilled, then all. */
const MAX_KEYS = 50_000;

/** One bucket a key, in this process. Two processes allow twice the rate: a limit against floods, not a quota. */
export function createTokenBuckets(options: TokenBucketsOptions): TokenBuckets {
  const { perSecond, burst, now = () => performance.now() } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();

  function makeRoom(at: number): void {
    if (buckets.size < MAX_KEYS) return;
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
    }
    if (buckets.size >= MAX_KEYS) buckets.clear();
  }

  return {
    take(key) {
      const at = now();
      const bucket = buckets.get(key);
      const tokens = bucket ? Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond) : burst;
      if (!bucket) makeRoom(at);
      if (tokens < 1) {
        buckets.set(key, { tokens, at });
        return Math.max(1, Math.ceil((1 - tokens) / perSecond));
      }
      buckets.set(key, { tokens: tokens - 1, at });
      return 0;
    },
  };
}
