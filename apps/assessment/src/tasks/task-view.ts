import type { Grant } from "@tallystick/contract";
import type { Progress, TaskInput, TaskMachine, TrialBase } from "@tallystick/tasks/runtime";
import type { ComponentType } from "preact";
import type { MoneyUnit, Texts } from "../i18n/texts.ts";

/** What the runner gives to a task's view, and what it hears from it. */
export interface TaskViewProps {
  readonly grant: Grant;
  readonly texts: Texts;
  readonly moneyUnit: MoneyUnit;
  /** A dialog is open or the page was hidden: show nothing new that is timed. */
  readonly paused: boolean;
  /** Lines above the title: "Game 1 of 2" and, after an interruption, that it starts again. */
  readonly heading: readonly string[];
  readonly onInput: (input: TaskInput) => void;
  readonly onProgress: (progress: Progress) => void;
  /** `digest`: as the run gives it. */
  readonly onComplete: (digest: string) => void;
}

export interface TaskModule {
  /** What the view draws, for whoever plays a recording back. */
  readonly machine: TaskMachine<unknown, unknown, unknown, TrialBase>;
  readonly TaskView: ComponentType<TaskViewProps>;
}
