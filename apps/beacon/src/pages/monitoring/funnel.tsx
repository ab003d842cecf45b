import type { ReactNode } from "react";

import { BarList } from "../../kit/charts/bar-list.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { countAndShare, percentOf, type Monitoring } from "./shape.ts";

type Funnel = Monitoring["funnel"];

interface Step {
  readonly key: string;
  readonly title: string;
  readonly count: number;
  /** Of the step before. */
  readonly before: number;
}

function stepsOf({ created, opened, consented, completed, scored }: Funnel): readonly Step[] {
  return [
    { key: "created", title: "Created", count: created, before: created },
    { key: "opened", title: "Opened", count: opened, before: created },
    { key: "consented", title: "Consented", count: consented, before: opened },
    { key: "completed", title: "Completed", count: completed, before: consented },
    { key: "scored", title: "Scored", count: scored, before: completed },
  ];
}

interface FunnelProps {
  readonly funnel: Funnel;
  readonly title?: string;
  readonly name?: string;
  readonly nothing?: string;
}

export function FunnelFigure({
  funnel,
  title = "Funnel",
  name = "funnel",
  nothing = "No session was created in these days.",
}: FunnelProps): ReactNode {
  const steps = stepsOf(funnel);
  return (
    <Figure
      title={title}
      name={name}
      lead="How many came how far, and their share of those created."
      columns={[
        { title: "Step", value: (step) => step.title },
        { title: "Sessions", value: (step) => step.count },
        { title: "Share of created (%)", value: (step) => percentOf(step.count, funnel.created) },
        { title: "Share of the step before (%)", value: (step) => percentOf(step.count, step.before) },
      ]}
      rows={steps}
      n={formatCount(funnel.created, "session")}
      {...(funnel.created === 0 && { nothing })}
    >
      <BarList
        max={funnel.created}
        bars={steps.map(({ key, title, count, before }) => ({
          key,
          label: title,
          value: count,
          text: countAndShare(count, funnel.created),
          ...(before > count && { hint: `${formatNumber(before - count)} fewer than the step before` }),
        }))}
      />
    </Figure>
  );
}

function standingOf(funnel: Funnel) {
  return [
    { key: "scored", title: "Completed and scored", count: funnel.scored },
    { key: "unscorable", title: "Completed, could not be scored", count: funnel.unscorable },
    { key: "in_progress", title: "Playing, or left and not expired", count: funnel.in_progress },
    { key: "reading", title: "Opened, not consented yet", count: funnel.reading },
    { key: "waiting", title: "Not opened yet", count: funnel.waiting },
    { key: "expired", title: "Expired", count: funnel.expired },
    { key: "cancelled", title: "Cancelled", count: funnel.cancelled },
    { key: "incomplete", title: "Stopped for good", count: funnel.incomplete },
  ] as const;
}

/** Each session in exactly one line. */
export function StandingFigure({ funnel }: { readonly funnel: Funnel }): ReactNode {
  const rows = standingOf(funnel);
  return (
    <Figure
      title="Where they stand now"
      name="standing"
      lead="Every session once."
      columns={[
        { title: "State", value: (row) => row.title },
        { title: "Sessions", value: (row) => row.count },
        { title: "Share (%)", value: (row) => percentOf(row.count, funnel.created) },
      ]}
      rows={rows}
      n={formatCount(funnel.created, "session")}
      {...(funnel.created === 0 && { nothing: "No session was created in these days." })}
    >
      <BarList
        max={funnel.created}
        bars={rows.map(({ key, title, count }) => ({
          key,
          label: title,
          value: count,
          text: countAndShare(count, funnel.created),
        }))}
      />
    </Figure>
  );
}
