import type { ReactNode } from "react";

import { formatNumber, formatShare, formatSpan } from "../../kit/format.ts";
import styles from "./monitoring.module.css";
import type { Monitoring } from "./shape.ts";

/** The few numbers one looks for first; each has its chart below. */
export function Glance({ data }: { readonly data: Monitoring }): ReactNode {
  return (
    <dl className={styles["glance"]}>
      {factsOf(data).map(([name, value, hint]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong className="number">{value}</strong>
            <span className="soft">{hint}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Fact = readonly [name: string, value: string, hint: string];

function factsOf({ funnel, completion_time, scores, webhooks }: Monitoring): readonly Fact[] {
  const { median_seconds: seconds } = completion_time;
  const low = scores.confidence.find(({ key }) => key === "LOW");
  const { all } = webhooks;
  return [
    ["Created", formatNumber(funnel.created), funnel.created === 1 ? "session" : "sessions"],
    [
      "Completed",
      funnel.created === 0 ? "–" : formatShare(funnel.completed / funnel.created),
      `${formatNumber(funnel.completed)} of those sessions`,
    ],
    ["Median time", seconds === null ? "–" : formatSpan(seconds * 1000), "from opening to the end"],
    ["Median score", scores.median === null ? "–" : String(scores.median), "of 1 to 99, lower is lower risk"],
    ["To review", formatNumber(low?.count ?? 0), "results with low data confidence"],
    [
      "Webhooks",
      all.total === 0 ? "–" : formatShare((all.at_first + all.later) / all.total),
      `delivered of ${formatNumber(all.total)}`,
    ],
  ];
}
