import { useLayoutEffect, useRef } from "preact/hooks";

/** The value of the last drawing, for timers and frames that outlive the one that set them. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
