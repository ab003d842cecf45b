import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { EnvironmentMark } from "../../kit/badges.tsx";
import { formatDate, formatExactTime } from "../../kit/format.ts";
import styles from "./trace.module.css";

type Item = AnswerOf<"TRACE_UID">["items"][number];

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** To the second, under the day, so that the order within a minute can be read. */
export function TimeLine({
  items,
  isOnePlace,
}: {
  readonly items: readonly Item[];
  readonly isOnePlace: boolean;
}): ReactNode {
  return (
    <ol className={styles["line"]}>
      {byDay(items).map(([day, ofDay]) => (
        <li key={day}>
          <h3>{day}</h3>
          <ol className={styles["day"]}>
            {ofDay.map((item, index) => (
              // Two facts of one second may read the same; their order is what tells them apart.
              // oxlint-disable-next-line react/no-array-index-key -- their order is all that tells them apart
              <li key={`${item.session_id}-${item.at}-${item.kind}-${index}`}>
                <time dateTime={new Date(item.at * 1000).toISOString()} title={formatExactTime(item.at)}>
                  {CLOCK.format(item.at * 1000)}
                </time>
                <span>
                  {item.text}
                  {item.run !== null && item.run > 1 && <span className="soft"> (run {item.run})</span>}
                </span>
                {!isOnePlace && (
                  <span className="row">
                    <span className="soft">{item.deployment}</span>
                    <EnvironmentMark environment={item.environment} />
                  </span>
                )}
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

/** Days in the reader's own zone, in the order of the facts. */
function byDay(items: readonly Item[]): readonly (readonly [day: string, items: readonly Item[]])[] {
  const days = new Map<string, Item[]>();
  for (const item of items) {
    const day = formatDate(item.at);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days];
}
