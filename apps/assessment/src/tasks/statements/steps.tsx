import type { JSX } from "preact";
import type { TextKey } from "../../i18n/texts.ts";

/** From disagree to agree: downwards where they stand in a column, in the writing direction where in a row. */
export const STEPS = [
  { choice: "1", name: "statements.step1" },
  { choice: "2", name: "statements.step2" },
  { choice: "3", name: "statements.step3" },
  { choice: "4", name: "statements.step4" },
  { choice: "5", name: "statements.step5" },
] as const satisfies readonly { readonly choice: string; readonly name: TextKey }[];

/** Radius of the disc by step: an empty ring for none of it, a full one for all of it. No colour, tick or cross judges. */
const DISCS = [0, 3, 5, 7, 10];

/** How much of it, for people who do not read much. */
export function Gauge({ step }: { readonly step: number }): JSX.Element {
  return (
    <svg class="gauge" viewBox="0 0 24 24" aria-hidden="true">
      <circle class="ring" cx="12" cy="12" r="10" />
      <circle class="disc" cx="12" cy="12" r={DISCS[step] ?? 0} />
    </svg>
  );
}
