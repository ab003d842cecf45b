import { numberMachine } from "@tallystick/tasks/number_sense/v1/machine";
import type { JSX } from "preact";
import type { PressFacts } from "../../runner/presses.ts";
import { useRun } from "../../runner/use-run.ts";
import { usePicked } from "../kit/use-picked.ts";
import { useShown } from "../kit/use-shown.ts";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Intro, MainRound } from "./instructions.tsx";
import { Problem, type ProblemView } from "./problem.tsx";
import "./style.css";

export { numberMachine as machine };

type MachineParameters = Parameters<typeof numberMachine.start>[1];

interface Picked {
  readonly view: ProblemView;
  readonly choice: string;
}

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant } = props;
  const run = useRun(numberMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  useProgress(run.progress(), props.onProgress);
  const [picked, setPicked] = usePicked<Picked>();
  const drawn = picked?.view ?? view;
  const onScreen = picked === null && view?.phase === "problem" ? view : null;
  useShown(run, onScreen?.shown === false ? onScreen.stimulus : null);
  if (drawn === null) return null;

  if (drawn.phase === "problem") {
    const pick = (choice: string, facts: PressFacts, timeStamp: number): void => {
      if (onScreen?.shown !== true) return;
      const taken = run.give({ kind: "press", stimulus: onScreen.stimulus, choice, ...facts }, timeStamp);
      if (taken) setPicked({ view: onScreen, choice });
    };
    return (
      <Problem key={drawn.stimulus} {...props} view={drawn} marked={picked?.choice ?? run.pressed} onPick={pick} />
    );
  }
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: drawn.stimulus }, event.timeStamp);
  };
  if (drawn.stimulus === "intro") return <Intro key="intro" {...props} onGo={go} />;
  return <MainRound key="main" {...props} view={drawn} onGo={go} />;
}
