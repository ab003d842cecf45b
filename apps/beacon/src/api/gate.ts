/**
 * Where a call waits for the person: the sign-in ran out, or the server wants to know that it is still them. The call is
 * then sent once more, so that nothing typed into a page is lost.
 */
export type GateReason = "sign_in" | "confirm";

interface Waiting {
  readonly reason: GateReason;
  readonly settle: (isOpen: boolean) => void;
}

let waiting: readonly Waiting[] = [];
const listeners = new Set<() => void>();

function publish(next: readonly Waiting[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** Resolves to true once the person went through, to false when they turned away. */
export async function passGate(reason: GateReason): Promise<boolean> {
  return new Promise((resolve) => {
    publish([...waiting, { reason, settle: resolve }]);
  });
}

/** Answers all who wait for the reason. */
export function settleGate(reason: GateReason, isOpen: boolean): void {
  const [met, others] = [
    waiting.filter((one) => one.reason === reason),
    waiting.filter((one) => one.reason !== reason),
  ];
  publish(others);
  for (const one of met) one.settle(isOpen);
}

export function gateReason(): GateReason | null {
  return waiting.find((one) => one.reason === "sign_in")?.reason ?? waiting[0]?.reason ?? null;
}

export function watchGate(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
