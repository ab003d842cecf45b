/** Lets `burst` through at once and `perSecond` in the long run, for each key on its own. In this process only. */
export interface TokenBucket {
  /** 0 when the call may go on, else the seconds (rounded up) after which one may. */
  take(key: string): number;
}

export interface TokenBucketOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly now?: () => number;
  /** Full buckets are forgotten beyond this many keys, so that made-up keys can not fill the memory. */
  readonly maxKeys?: number;
}

export function createTokenBucket(options: TokenBucketOptions): TokenBucket {
  const { perSecond, burst, now = () => performance.now(), maxKeys = 10_000 } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();

  function refilled(bucket: { tokens: number; at: number }, time: number): number {
    return Math.min(burst, bucket.tokens + ((time - bucket.at) / 1000) * perSecond);
  }

  function forgetFull(time: number): void {
    for (const [key, bucket] of buckets) if (refilled(bucket, time) >= burst) buckets.delete(key);
    // Still too many: the oldest go; whoever they belong to starts with a full bucket again.
    for (const key of buckets.keys()) {
      if (buckets.size < maxKeys) break;
      buckets.delete(key);
    }
  }

  return {
    take(key) {
      const time = now();
      const bucket = buckets.get(key);
      if (!bucket) {
        if (buckets.size >= maxKeys) forgetFull(time);
        buckets.set(key, { tokens: burst - 1, at: time });
        return 0;
      }
      bucket.tokens = refilled(bucket, time);
      bucket.at = time;
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.tokens -= 1;
      return 0;
    },
  };
}
