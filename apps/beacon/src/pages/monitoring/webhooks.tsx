import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId } from "../../frame/company.ts";
import { BarList } from "../../kit/charts/bar-list.tsx";
import type { ChartColumn } from "../../kit/charts/csv.ts";
import { DayLines } from "../../kit/charts/day-lines.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { formatCount, formatNumber, formatSpan } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import styles from "./monitoring.module.css";
import { countAndShare, percentOf, type Monitoring } from "./shape.ts";

type Day = Monitoring["webhooks"]["days"][number];
type All = Monitoring["webhooks"]["all"];

const COLUMNS: readonly ChartColumn<Day>[] = [
  { title: "Day (UTC)", value: ({ day }) => day },
  { title: "Written (deliveries)", value: (day) => day.total },
  { title: "Delivered at first", value: (day) => day.at_first },
  { title: "Delivered later", value: (day) => day.later },
  { title: "Waiting", value: (day) => day.pending },
  { title: "Held", value: (day) => day.held },
  { title: "Given up", value: (day) => day.dead },
  { title: "Median delay (ms)", value: (day) => day.median_ms },
  { title: "95 of 100 within (ms)", value: (day) => day.p95_ms },
];

/** Whether results reach the lender, and how fast. */
export function Webhooks({ data }: { readonly data: Monitoring }): ReactNode {
  const companyId = useCompanyId();
  const { all, days } = data.webhooks;
  const log = (
    <Link
      to="/c/$companyId/webhooks"
      params={{ companyId }}
      search={{ env: data.environment }}
      className={`button ${styles["no-print"] ?? ""}`}
    >
      Webhook log
    </Link>
  );
  if (all.total === 0) {
    return (
      <Section title="Webhooks" actions={log}>
        <p className="soft">No delivery was written in these days: nothing was to tell, or no webhook is set.</p>
      </Section>
    );
  }
  return (
    <Section title="Webhooks" lead="Deliveries written in these days." actions={log}>
      <div className={styles["figures"]}>
        <StateFigure all={all} />
        <DelayFigure days={days} all={all} />
      </div>
      <Figure
        title="Deliveries per day"
        name="deliveries-per-day"
        columns={COLUMNS}
        rows={days}
        n={formatCount(all.total, "delivery", "deliveries")}
      >
        <DayLines
          days={days.map(({ day }) => day)}
          unit="deliveries"
          summary={`Deliveries per day: ${formatCount(all.at_first + all.later, "delivery", "deliveries")} arrived, ${formatNumber(all.pending + all.held)} wait, ${formatNumber(all.dead)} were given up.`}
          lines={[
            { key: "delivered", title: "Delivered", values: days.map((day) => day.at_first + day.later) },
            { key: "waiting", title: "Waiting or held", values: days.map((day) => day.pending + day.held) },
            { key: "dead", title: "Given up", values: days.map((day) => day.dead) },
          ]}
        />
      </Figure>
    </Section>
  );
}

function StateFigure({ all }: { readonly all: All }): ReactNode {
  const rows = [
    { key: "at_first", title: "By the first attempt", count: all.at_first },
    { key: "later", title: "By a later attempt", count: all.later },
    { key: "pending", title: "Waiting for the next attempt", count: all.pending },
    { key: "held", title: "Held until the webhook is enabled", count: all.held },
    { key: "dead", title: "Given up; can be replayed", count: all.dead },
  ];
  return (
    <Figure
      title="Delivered how"
      name="deliveries"
      columns={[
        { title: "State", value: ({ title }) => title },
        { title: "Deliveries", value: ({ count }) => count },
        { title: "Share (%)", value: ({ count }) => percentOf(count, all.total) },
      ]}
      rows={rows}
      n={formatCount(all.total, "delivery", "deliveries")}
    >
      <BarList
        max={all.total}
        bars={rows.map(({ key, title, count }) => ({
          key,
          label: title,
          value: count,
          text: countAndShare(count, all.total),
        }))}
      />
    </Figure>
  );
}

function DelayFigure({ days, all }: { readonly days: readonly Day[]; readonly all: All }): ReactNode {
  const words =
    all.median_ms === null || all.p95_ms === null
      ? "From the event to the delivery."
      : `From the event to the delivery: half within ${formatSpan(all.median_ms)}, 95 of 100 within ${formatSpan(all.p95_ms)}.`;
  return (
    <Figure
      title="Delay per day"
      name="delivery-delay"
      lead={words}
      columns={COLUMNS.filter(({ title }) => /Day|ms/.test(title))}
      rows={days}
      n={formatCount(all.at_first + all.later, "delivery", "deliveries")}
      {...(all.median_ms === null && { nothing: "Nothing was delivered yet." })}
    >
      <DayLines
        days={days.map(({ day }) => day)}
        unit="milliseconds (ms)"
        summary={words}
        lines={[
          { key: "median", title: "Median", values: days.map((day) => day.median_ms) },
          { key: "p95", title: "95 of 100 within", values: days.map((day) => day.p95_ms) },
        ]}
      />
    </Figure>
  );
}
