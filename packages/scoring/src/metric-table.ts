import type { ScoredTask } from "./contract.ts";

/** Value of `task.metric` over the tasks of a session; null when the task is absent or its metric missing. */
export type MetricTable = (name: string) => number | null;

export function metricTable(tasks: readonly ScoredTask[]): MetricTable {
  return (name) => {
    const dot = name.indexOf(".");
    const task = tasks.find((candidate) => candidate.key === name.slice(0, dot));
    const value = task?.metrics[name.slice(dot + 1)];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
}
