import type { ReactNode } from "react";

import { BarList } from "../../kit/charts/bar-list.tsx";
import { DayLines } from "../../kit/charts/day-lines.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { CompletionTime } from "./completion-time.tsx";
import { FunnelFigure, StandingFigure } from "./funnel.tsx";
import styles from "./monitoring.module.css";
import { countAndShare, percentOf, type Monitoring } from "./shape.ts";
import { TaskFigure } from "./tasks.tsx";
import { deviceName, languageName } from "./words.ts";

/** How far sessions came, where they stopped, and how long they took. */
export function Journeys({ data }: { readonly data: Monitoring }): ReactNode {
  return (
    <Section
      title="Journeys"
      lead="Sessions created in these days, wherever they stand now. Erased ones are in no number."
    >
      <div className={styles["figures"]}>
        <FunnelFigure funnel={data.funnel} />
        <StandingFigure funnel={data.funnel} />
        <TaskFigure tasks={data.tasks} />
        <CompletionTime completion={data.completion_time} />
        <MixFigure title="Devices" name="devices" column="Device" rows={data.devices} nameOf={deviceName} />
        <MixFigure
          title="Languages"
          name="languages"
          column="Language of the consent"
          rows={data.languages}
          nameOf={languageName}
        />
      </div>
      <SeriesFigure series={data.series} />
    </Section>
  );
}

interface MixProps {
  readonly title: string;
  readonly name: string;
  readonly column: string;
  readonly rows: readonly { readonly key: string; readonly opened: number; readonly completed: number }[];
  readonly nameOf: (key: string) => string;
}

function MixFigure({ title, name, column, rows, nameOf }: MixProps): ReactNode {
  const opened = rows.reduce((sum, row) => sum + row.opened, 0);
  return (
    <Figure
      title={title}
      name={name}
      lead="Of the opened sessions that have ended: how many had it, and how many of those completed."
      columns={[
        { title: column, value: ({ key }) => nameOf(key) },
        { title: "Opened (sessions)", value: (row) => row.opened },
        { title: "Completed (sessions)", value: (row) => row.completed },
        { title: "Completed (% of opened)", value: (row) => percentOf(row.completed, row.opened) },
      ]}
      rows={rows}
      n={formatCount(opened, "opened session")}
      {...(rows.length === 0 && { nothing: "No opened session has ended yet." })}
    >
      <BarList
        max={opened}
        bars={rows.map((row) => ({
          key: row.key,
          label: nameOf(row.key),
          value: row.opened,
          text: countAndShare(row.opened, opened),
          hint: `${countAndShare(row.completed, row.opened)} completed`,
        }))}
      />
    </Figure>
  );
}

function SeriesFigure({ series }: { readonly series: Monitoring["series"] }): ReactNode {
  const sum = (of: (day: Monitoring["series"][number]) => number): number =>
    series.reduce((all, day) => all + of(day), 0);
  const [created, completed] = [sum((day) => day.created), sum((day) => day.completed)];
  return (
    <Figure
      title="Sessions per day"
      name="sessions-per-day"
      lead="Created on the day, and how many of those have completed by now."
      columns={[
        { title: "Day (UTC)", value: ({ day }) => day },
        { title: "Created (sessions)", value: (day) => day.created },
        { title: "Completed (of those sessions)", value: (day) => day.completed },
        { title: "Scored that day (results)", value: (day) => day.scored },
        { title: "Median score (1 to 99)", value: (day) => day.median_score },
      ]}
      rows={series}
      n={formatCount(series.length, "day")}
    >
      <DayLines
        days={series.map(({ day }) => day)}
        unit="sessions"
        summary={`Sessions per day: ${formatNumber(created)} created and ${formatNumber(completed)} of them completed over ${formatCount(series.length, "day")}.`}
        lines={[
          { key: "created", title: "Created", values: series.map((day) => day.created) },
          { key: "completed", title: "Completed", values: series.map((day) => day.completed) },
        ]}
      />
    </Figure>
  );
}
