import type { TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";

export type ShapeName = TapsView extends infer V ? (V extends { shape: infer S } ? S : never) : never;

/** Told apart by outline alone, not by colour. */
export function Shape({ name }: { readonly name: ShapeName }): JSX.Element {
  return (
    <svg class="shape" viewBox="0 0 100 100" aria-hidden="true" data-shape={name}>
      {name === "circle" && <circle cx="50" cy="50" r="42" />}
      {name === "square" && <rect x="12" y="12" width="76" height="76" rx="6" />}
      {name === "cross" && <path d="M20 20 80 80M80 20 20 80" />}
    </svg>
  );
}
