import type { ReactNode } from "react";

import { formatNumber } from "../format.ts";
import styles from "./charts.module.css";
import { lengthOf, niceMax } from "./geometry.ts";

export interface Column {
  readonly label: string;
  readonly count: number;
  /** How many the norm lets expect; drawn as a line across. */
  readonly expected?: number;
}

interface HistogramProps {
  readonly columns: readonly Column[];
  /** The whole drawing in one sentence, for who does not see it. */
  readonly summary: string;
  /** What stands along the bottom, with its unit. */
  readonly axis: string;
  /** What the line across says. */
  readonly expectedWords?: string;
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** How many fell where, each column with its count above it. */
export function Histogram({
  columns,
  summary,
  axis,
  expectedWords = "expected by the norm",
}: HistogramProps): ReactNode {
  const hasExpected = columns.some(({ expected }) => expected !== undefined);
  const max = niceMax(Math.max(...columns.map(({ count, expected }) => Math.max(count, expected ?? 0))));
  const wide = 100 / columns.length;
  const isLong = columns.some(({ label }) => label.length > 2);
  return (
    <div className={styles["histogram"]}>
      <svg className={styles["columns"]} role="img" aria-label={summary}>
        <line className={styles["ground"]} x1="0" x2="100%" y1="100%" y2="100%" />
        {columns.map((column, place) => (
          <One key={column.label} column={column} left={place * wide} wide={wide} max={max} />
        ))}
      </svg>
      <svg className={`${styles["labels"] ?? ""} ${isLong ? (styles["long"] ?? "") : ""}`} aria-hidden="true">
        {columns.map(({ label }, place) => (
          <text key={label} x={`${(place + 0.5) * wide}%`} y="1em" textAnchor="middle">
            {label}
          </text>
        ))}
      </svg>
      <p className={styles["axis"]}>
        {axis}
        {hasExpected && <ExpectedKey words={expectedWords} />}
      </p>
    </div>
  );
}

interface OneProps {
  readonly column: Column;
  /** Percent of the whole drawing. */
  readonly left: number;
  readonly wide: number;
  readonly max: number;
}

function One({ column: { label, count, expected }, left, wide, max }: OneProps): ReactNode {
  const high = lengthOf(count, max);
  return (
    <g>
      <title>{`${label}: ${formatNumber(count)}`}</title>
      <rect
        className={styles["bar-fill"]}
        x={`${left + 0.1 * wide}%`}
        y={`${100 - high}%`}
        width={`${0.8 * wide}%`}
        height={`${high}%`}
      />
      {expected !== undefined && <Expected left={left} wide={wide} high={lengthOf(expected, max)} />}
      <text className={styles["count"]} x={`${left + 0.5 * wide}%`} y={`${100 - high}%`} dy="-4" textAnchor="middle">
        {COMPACT.format(count)}
      </text>
    </g>
  );
}

function Expected({
  left,
  wide,
  high,
}: {
  readonly left: number;
  readonly wide: number;
  readonly high: number;
}): ReactNode {
  const y = `${100 - high}%`;
  const ends = { x1: `${left}%`, x2: `${left + wide}%`, y1: y, y2: y };
  return (
    <>
      <line className={styles["halo"]} {...ends} />
      <line className={styles["expected"]} {...ends} />
    </>
  );
}

function ExpectedKey({ words }: { readonly words: string }): ReactNode {
  return (
    <span className={styles["key"]}>
      <svg className={styles["sample"]} aria-hidden="true">
        <line className={styles["expected"]} x1="0" x2="100%" y1="50%" y2="50%" />
      </svg>
      {words}
    </span>
  );
}
