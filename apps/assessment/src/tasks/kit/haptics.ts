const TICK_MS = 8;

/** A touch that is felt, where the phone offers it; silent where it does not, or where motion is not wanted. */
export function tick(): void {
  if (!("vibrate" in navigator) || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  try {
    navigator.vibrate(TICK_MS);
  } catch {
    // Some web views offer it and refuse it; the answer does not depend on it.
  }
}
