import type { Grant } from "@tallystick/contract";
import type { Progress, TaskInput } from "@tallystick/tasks/runtime";
import type { ComponentType } from "preact";
import type { MoneyUnit, Texts } from "../i18n/texts.ts";

/** What the runner gives to a task's view, and what it hears from it. */
export interface TaskViewProps {
  readonly grant: Grant;
  readonly texts: Texts;
  readonly moneyUnit: MoneyUnit;
  /** A dialog is open or the page was hidden: show nothing new that is timed. */
  readonly paused: boolean;
  /** "Game 1 of 2" and, after an interruption, that it starts again. */
  readonly heading: readonly string[];
  readonly onInput: (input: TaskInput) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onComplete: () => void;
}

export interface TaskModule {
  readonly TaskView: ComponentType<TaskViewProps>;
}

/** Each task travels in a file of its own. */
const VIEWS: Readonly<Record<string, () => Promise<TaskModule>>> = {
  "money_choices@1": () => import("./money_choices/view.tsx"),
  "quick_taps@1": () => import("./quick_taps/view.tsx"),
};

/** Rejects for a task that this build does not know, and when the file can not be fetched. */
export async function loadTask(task: string, version: number): Promise<TaskModule> {
  const load = VIEWS[`${task}@${String(version)}`];
  if (load === undefined) throw new Error("unknown task");
  return load();
}
