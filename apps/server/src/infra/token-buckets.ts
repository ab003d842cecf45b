export interface TokenBuckets {
  /** 0 when a token was taken, else whole seconds until the next one. */
  take(key: string): number;
  /** What could be taken now, and whole seconds until the bucket is full. */
  level(key: string): { readonly left: number; readonly fullInSeconds: number };
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

  function tokensOf(key: string, at: number): number {
    const bucket = buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond) : burst;
  }

  return {
    level(key) {
      const tokens = tokensOf(key, now());
      return { left: Math.floor(tokens), fullInSeconds: Math.ceil((burst - tokens) / perSecond) };
    },
    take(key) {
      const at = now();
      const tokens = tokensOf(key, at);
      if (!buckets.has(key)) makeRoom(at);
      if (tokens < 1) {
        buckets.set(key, { tokens, at });
        return Math.max(1, Math.ceil((1 - tokens) / perSecond));
      }
      buckets.set(key, { tokens: tokens - 1, at });
      return 0;
    },
  };
}
