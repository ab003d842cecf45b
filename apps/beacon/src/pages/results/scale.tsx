import type { ReactNode } from "react";

import styles from "./results.module.css";

interface ScaleProps {
  /** 0 to 100. */
  readonly value: number;
  /** The 80 % band around it, on the same scale. */
  readonly band: { readonly low: number; readonly high: number } | null;
  readonly label: string;
}

/** A line from 0 to 100 with the mark of the value, and the band of its uncertainty under it. */
export function Scale({ value, band, label }: ScaleProps): ReactNode {
  const inWords = `${label}: ${value} of 100${band === null ? "" : `, 80 % band ${band.low} to ${band.high}`}`;
  return (
    <svg className={styles["scale"]} viewBox="0 0 400 46" role="img" aria-label={inWords} preserveAspectRatio="none">
      <rect x="0" y="14" width="400" height="8" rx="4" className={styles["scale-line"]} />
      {band !== null && (
        <rect
          x={band.low * 4}
          y="11"
          width={Math.max((band.high - band.low) * 4, 2)}
          height="14"
          rx="4"
          className={styles["scale-band"]}
        />
      )}
      <rect
        x={Math.min(Math.max(value * 4 - 2.5, 0), 395)}
        y="6"
        width="5"
        height="24"
        rx="2"
        className={styles["scale-mark"]}
      />
      {[0, 20, 40, 60, 80, 100].map((tick) => (
        <text
          key={tick}
          x={tick * 4}
          y="43"
          className={styles["scale-tick"]}
          textAnchor={tick === 0 ? "start" : tick === 100 ? "end" : "middle"}
        >
          {tick}
        </text>
      ))}
    </svg>
  );
}
