import type { TaskModule } from "./task-view.ts";

/** Each task travels in a file of its own. */
const VIEWS: Readonly<Record<string, () => Promise<TaskModule>>> = {
  "money_choices@1": () => import("./money_choices/view.tsx"),
  "quick_taps@1": () => import("./quick_taps/view.tsx"),
  "statements@1": () => import("./statements/view.tsx"),
  "cards@1": () => import("./cards/view.tsx"),
  "tower@1": () => import("./tower/view.tsx"),
  "number_sense@1": () => import("./number_sense/view.tsx"),
  "balloons@1": () => import("./balloons/view.tsx"),
  "block_memory@1": () => import("./block_memory/view.tsx"),
};

/** Rejects for a task that this build does not know, and when the file can not be fetched. */
export async function loadTask(task: string, version: number): Promise<TaskModule> {
  const load = VIEWS[`${task}@${String(version)}`];
  if (load === undefined) throw new Error("unknown task");
  return load();
}
