import { balloonMachine } from "@tallystick/tasks/balloons/v1/machine";
import type { JSX } from "preact";
import { useRun } from "../../runner/use-run.ts";
import { useShown } from "../kit/use-shown.ts";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Board } from "./board.tsx";
import { Intro, MainRound } from "./instructions.tsx";
import "./style.css";

export { balloonMachine as machine };

type MachineParameters = Parameters<typeof balloonMachine.start>[1];

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant } = props;
  const run = useRun(balloonMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  const progress = run.progress();
  useProgress(progress, props.onProgress);
  useShown(run, view?.phase === "choose" && !view.shown ? view.stimulus : null);
  if (view === null) return null;
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: view.stimulus }, event.timeStamp);
  };
  if (view.phase === "instructions") {
    if (view.stimulus === "intro") return <Intro key="intro" {...props} most={view.most} onGo={go} />;
    const count = progress.total - progress.done;
    return <MainRound key="main" {...props} most={view.most} count={count} onGo={go} />;
  }
  return (
    <Board
      key="board"
      {...props}
      view={view}
      pressed={run.pressed}
      onSize={(choice, facts, timeStamp) => {
        run.give({ kind: "press", stimulus: view.stimulus, choice, ...facts }, timeStamp);
      }}
      onNext={go}
    />
  );
}
