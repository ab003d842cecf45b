import type { ReactNode } from "react";

import styles from "./charts.module.css";
import { lengthOf } from "./geometry.ts";

export interface Bar {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: number;
  /** What is read beside the bar: `344 · 96.9 %`. */
  readonly text: string;
  /** A sentence under the label. */
  readonly hint?: ReactNode;
  /** One of the five steps of risk; else the plain colour. */
  readonly step?: 1 | 2 | 3 | 4 | 5;
}

interface BarListProps {
  readonly bars: readonly Bar[];
  /** The length of a whole bar. */
  readonly max: number;
  /** Labels are sentences: each stands above its bar. */
  readonly isStacked?: boolean;
}

/** Lengths to compare, each with its words: a list for who listens. */
export function BarList({ bars, max, isStacked = false }: BarListProps): ReactNode {
  return (
    <ul className={`${styles["bars"] ?? ""} ${isStacked ? (styles["stacked"] ?? "") : ""}`}>
      {bars.map(({ key, label, value, text, hint, step }) => (
        <li key={key}>
          <span className={styles["bar-label"]}>{label}</span>
          <svg className={styles["bar"]} aria-hidden="true">
            <rect className={styles["bar-place"]} width="100%" height="100%" rx="2" />
            <rect
              className={`${styles["bar-fill"] ?? ""} ${step === undefined ? "" : (styles[`step-${step}`] ?? "")}`}
              width={`${lengthOf(value, max)}%`}
              height="100%"
              rx="2"
            />
          </svg>
          <span className={`number ${styles["bar-text"] ?? ""}`}>{text}</span>
          {hint !== undefined && <span className={styles["bar-hint"]}>{hint}</span>}
        </li>
      ))}
    </ul>
  );
}
