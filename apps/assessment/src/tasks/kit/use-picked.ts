import { useEffect, useState } from "preact/hooks";

/** The picked answer stays marked for a moment, so that a double tap never answers what comes next. */
const MARKED_MS = 320;

/** What was picked, for as long as it is marked. */
export function usePicked<P>(): readonly [P | null, (picked: P) => void] {
  const [picked, setPicked] = useState<P | null>(null);
  useEffect(() => {
    if (picked === null) return undefined;
    const timer = setTimeout(() => {
      setPicked(null);
    }, MARKED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [picked]);
  return [picked, setPicked];
}
