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
  return (
    <div className={styles["lines"]}>
      <div className={styles["scale"]} aria-hidden="true">
        {[top, top / 2, 0].map((tick) => (
          <span key={tick}>{formatNumber(tick)}</span>
        ))}
      </div>
      <Plot {...{ days, lines, summary, picked }} top={top} onPick={setPicked} />
      <div className={styles["days"]} aria-hidden="true">
        {spread(days.length, 4).map((place) => (
          <span key={place}>{dayName(days[place])}</span>
        ))}
      </div>
      <Legend lines={lines} unit={unit} picked={picked} day={picked === null ? null : (days[picked] ?? null)} />
    </div>
  );
}

interface PlotProps extends Pick<DayLinesProps, "days" | "lines" | "summary"> {
  readonly top: number;
  /** The day under the pointer. */
  readonly picked: number | null;
  readonly onPick: (place: number | null) => void;
}

function Plot({ days, lines, summary, top, picked, onPick }: PlotProps): ReactNode {
  const point = (event: PointerEvent): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onPick(placeAt((event.clientX - left) / width, days.length));
  };
  const cross = picked === null ? null : xOf(picked, days.length);
  return (
    <svg
      className={styles["plot"]}
      role="img"
      aria-label={summary}
      viewBox={`0 0 ${LINE_WIDTH} ${LINE_HEIGHT}`}
      preserveAspectRatio="none"
      onPointerMove={point}
      onPointerLeave={() => onPick(null)}
    >
      {[0, LINE_HEIGHT / 2, LINE_HEIGHT].map((y) => (
        <line key={y} className={styles["ground"]} x1="0" x2={LINE_WIDTH} y1={y} y2={y} />
      ))}
      {lines.map(({ key, values }, place) => (
        <path
          key={key}
          className={`${styles["line"] ?? ""} ${styles[`line-${place + 1}`] ?? ""}`}
          d={linePath(values, top)}
        />
      ))}
      {cross !== null && <line className={styles["cross"]} x1={cross} x2={cross} y1="0" y2={LINE_HEIGHT} />}
    </svg>
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
