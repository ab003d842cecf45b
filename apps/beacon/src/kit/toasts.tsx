import { useSyncExternalStore, type ReactNode } from "react";

import { IconButton } from "./button.tsx";

type Tone = "good" | "bad" | "note";

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  publish(toasts.filter((toast) => toast.id !== id));
}

/** A short word on what was done. What needs an answer belongs into the page, where it stays. */
export function say({ tone, text }: { readonly tone: Tone; readonly text: string }): void {
  lastId += 1;
  const id = lastId;
  publish([...toasts.slice(-2), { id, tone, text }]);
  // Bad news waits until somebody has read it.
  if (tone !== "bad") setTimeout(() => dismiss(id), 6000);
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          <IconButton icon="close" label="Close this message" onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
