import type { ReactNode } from "react";

import { BarList } from "../../kit/charts/bar-list.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { formatCount, formatNumber, formatSpan } from "../../kit/format.ts";
import { percentOf, type Monitoring } from "./shape.ts";
import { taskName } from "./words.ts";

type Task = Monitoring["tasks"][number];

/** Where people leave, task by task. */
export function TaskFigure({ tasks }: { readonly tasks: Monitoring["tasks"] }): ReactNode {
  const most = Math.max(0, ...tasks.map(({ started }) => started));
  return (
    <Figure
      title="Drop-off by task"
      name="tasks"
      lead="Of the sessions that have ended: how many came to each task, finished it, or left at it."
      columns={[
        { title: "Place", value: (task) => task.position },
        { title: "Task", value: (task) => taskName(task.key) },
        { title: "Version", value: (task) => task.version },
        { title: "Came to it (sessions)", value: (task) => task.started },
        { title: "Finished (sessions)", value: (task) => task.finished },
        { title: "Left at it (sessions)", value: (task) => task.left },
        { title: "Left at it (%)", value: (task) => percentOf(task.left, task.started) },
        { title: "Started again (times)", value: (task) => task.restarts },
        { title: "Median time (s)", value: (task) => task.median_seconds },
      ]}
      rows={tasks}
      n={formatCount(most, "session")}
      {...(tasks.length === 0 && { nothing: "No session that came to a task has ended yet." })}
    >
      <BarList
        max={most}
        bars={tasks.map((task) => ({
          key: `${task.key} ${String(task.version)}`,
          label: labelOf(task, tasks),
          value: task.finished,
          text: `${formatNumber(task.finished)} of ${formatNumber(task.started)} finished`,
          hint: hintOf(task),
        }))}
      />
    </Figure>
  );
}

/** The version only where two of a task were in use. */
function labelOf(task: Task, tasks: readonly Task[]): string {
  const isTwice = tasks.some((other) => other !== task && other.key === task.key);
  return `${String(task.position)}. ${taskName(task.key)}${isTwice ? ` (version ${String(task.version)})` : ""}`;
}

function hintOf({ left, started, restarts, median_seconds }: Task): string {
  const share = percentOf(left, started);
  const parts = [
    `${formatNumber(left)} left here${share === null ? "" : ` (${String(share)} %)`}`,
    median_seconds === null ? "not timed" : `median ${formatSpan(median_seconds * 1000)}`,
    ...(restarts > 0 ? [`started again ${formatCount(restarts, "time")}`] : []),
  ];
  return parts.join(" · ");
}
