import { useSyncExternalStore, type ReactNode } from "react";

import { formatAgo, formatDateTime, formatExactTime, formatMoment } from "./format.ts";

/** A moment. `isAgo`: as a distance from now; the exact time is one hover away. `isExact`: to the second. */
export function Time({
  at,
  isAgo = false,
  isExact = false,
}: {
  readonly at: number | null | undefined;
  readonly isAgo?: boolean;
  readonly isExact?: boolean;
}): ReactNode {
  if (at === null || at === undefined) return <span className="soft">–</span>;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatExactTime(at)}>
      {isAgo ? <Ago at={at} /> : isExact ? formatMoment(at) : formatDateTime(at)}
    </time>
  );
}

/** When something is to happen. What is happening at this moment has its time behind it. */
export function Due({ at }: { readonly at: number | null | undefined }): ReactNode {
  const isNow = useNow() >= (at ?? Infinity) * 1000;
  return isNow ? "now" : <Time at={at} isAgo />;
}

function Ago({ at }: { readonly at: number }): ReactNode {
  return formatAgo(at, useNow());
}

const STEP_MS = 30_000;
let now = Date.now();

/** Milliseconds since the epoch, moving on every half minute while the page is open. */
export function useNow(): number {
  return useSyncExternalStore(watchClock, () => now);
}

function watchClock(listener: () => void): () => void {
  now = Date.now();
  const timer = setInterval(() => {
    now = Date.now();
    listener();
  }, STEP_MS);
  return () => clearInterval(timer);
}
