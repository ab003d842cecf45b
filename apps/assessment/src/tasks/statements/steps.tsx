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

const BARS = [0, 1, 2, 3];

/**
 * How much of it, for people who do not read much: none to four of four bars. Neither colour, tick nor cross, which would
 * judge, and no disc, which would look like a button already picked.
 */
export function Gauge({ step }: { readonly step: number }): JSX.Element {
  return (
    <svg class="statement-gauge" viewBox="0 0 26 24" aria-hidden="true">
      {BARS.map((bar) => (
        <rect
          key={bar}
          x={1 + bar * 6.5}
          y={17 - bar * 5}
          width={4}
          height={6 + bar * 5}
          rx={1}
          data-filled={bar < step}
        />
      ))}
    </svg>
  );
}
