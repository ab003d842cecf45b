import { useState, type PointerEvent, type ReactNode } from "react";

import { formatNumber } from "../format.ts";
import styles from "./charts.module.css";
import { LINE_HEIGHT, LINE_WIDTH, linePath, niceMax, placeAt, spread, xOf } from "./geometry.ts";

export interface Line {
  readonly key: string;
  readonly title: string;
  /** One for each day; null: nothing was measured. */
  readonly values: readonly (number | null)[];
}

interface DayLinesProps {
  /** YYYY-MM-DD, one after the other. */
  readonly days: readonly string[];
  /** At most three: each has a stroke of its own, so that colour is not needed. */
  readonly lines: readonly Line[];
  readonly unit: string;
  /** The top of the axis where the scale is fixed. */
  readonly max?: number;
  readonly summary: string;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** Values day by day. The days of the pointer are read out under it; all of them are in the table. */
export function DayLines({ days, lines, unit, max, summary }: DayLinesProps): ReactNode {
  const [picked, setPicked] = useState<number | null>(null);
  const top = max ?? niceMax(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const point = (event: PointerEvent): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPicked(placeAt((event.clientX - left) / width, days.length));
  };
  return (
    <div className={styles["lines"]}>
      <div className={styles["scale"]} aria-hidden="true">
        {[top, top / 2, 0].map((tick) => (
          <span key={tick}>{formatNumber(tick)}</span>
        ))}
      </div>
      <svg
        className={styles["plot"]}
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${LINE_WIDTH} ${LINE_HEIGHT}`}
        preserveAspectRatio="none"
        onPointerMove={point}
        onPointerLeave={() => setPicked(null)}
      >
        {[0, 0.5, 1].map((share) => (
          <line
            key={share}
            className={styles["ground"]}
            x1="0"
            x2={LINE_WIDTH}
            y1={share * LINE_HEIGHT}
            y2={share * LINE_HEIGHT}
          />
        ))}
        {lines.map(({ key, values }, place) => (
          <path
            key={key}
            className={`${styles["line"] ?? ""} ${styles[`line-${place + 1}`] ?? ""}`}
            d={linePath(values, top)}
          />
        ))}
        {picked !== null && (
          <line
            className={styles["cross"]}
            x1={xOf(picked, days.length)}
            x2={xOf(picked, days.length)}
            y1="0"
            y2={LINE_HEIGHT}
          />
        )}
      </svg>
      <div className={styles["days"]} aria-hidden="true">
        {spread(days.length, 4).map((place) => (
          <span key={place}>{dayName(days[place])}</span>
        ))}
      </div>
      <Legend lines={lines} unit={unit} picked={picked} day={picked === null ? null : (days[picked] ?? null)} />
    </div>
  );
}

interface LegendProps {
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly picked: number | null;
  readonly day: string | null;
}

/** Which stroke is which, and what each was on the day of the pointer. */
function Legend({ lines, unit, picked, day }: LegendProps): ReactNode {
  return (
    <div className={styles["legend"]}>
      <span>{day === null ? unit : `${DAY_OF_YEAR.format(new Date(day))}, ${unit}`}</span>
      {lines.map(({ key, title, values }, place) => (
        <span key={key} className={styles["key"]}>
          <svg className={styles["sample"]} aria-hidden="true">
            <line
              className={`${styles["line"] ?? ""} ${styles[`line-${place + 1}`] ?? ""}`}
              x1="0"
              x2="100%"
              y1="50%"
              y2="50%"
            />
          </svg>
          {title}
          {picked !== null && <strong className="number">{valueOf(values[picked])}</strong>}
        </span>
      ))}
    </div>
  );
}

function valueOf(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : formatNumber(value);
}

function dayName(day: string | undefined): string {
  return day === undefined ? "" : DAY.format(new Date(day));
}
