import { towerMachine } from "@tallystick/tasks/tower/v1/machine";
import type { JSX } from "preact";
import { useRun } from "../../runner/use-run.ts";
import { useDeadline } from "../kit/use-deadline.ts";
import { useShown } from "../kit/use-shown.ts";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Intro, MainRound } from "./intro.tsx";
import { Puzzle } from "./puzzle.tsx";
import { useLeave, useSkippable } from "./timing.ts";
import "./style.css";

export { towerMachine as machine };

type MachineParameters = Parameters<typeof towerMachine.start>[1];

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant } = props;
  const run = useRun(towerMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  const { done, total } = run.progress();
  useProgress({ done, total }, props.onProgress);
  // A problem that comes while a dialog is open is seen when it is closed.
  const fresh = view?.phase === "puzzle" && !view.shown && !props.paused;
  useShown(run, fresh ? view.stimulus : null);
  const puzzle = view?.phase === "puzzle" && view.shown ? view : null;
  useDeadline(run, puzzle?.stimulus ?? null, puzzle?.deadlineMs ?? null);
  useLeave(run, props.paused);
  const skippable = useSkippable(run);
  if (view === null) return null;

  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: view.stimulus }, event.timeStamp);
  };
  if (view.phase === "instructions") {
    const shared = {
      ...props,
      view,
      count: total - done,
      onGo: go,
      onMode: (choice: "timed" | "untimed", event: MouseEvent): void => {
        run.give({ kind: "mode", stimulus: view.stimulus, choice }, event.timeStamp);
      },
    };
    return view.stimulus === "intro" ? <Intro key="intro" {...shared} /> : <MainRound key="main" {...shared} />;
  }
  return (
    <Puzzle
      key="puzzle"
      {...props}
      scene={view}
      skippable={skippable}
      onNext={go}
      onPress={(choice, facts, timeStamp) =>
        run.give({ kind: "press", stimulus: view.stimulus, choice, ...facts }, timeStamp)
      }
    />
  );
}
