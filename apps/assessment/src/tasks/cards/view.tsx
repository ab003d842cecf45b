import { cardsMachine } from "@tallystick/tasks/cards/v1/machine";
import type { JSX } from "preact";
import { useRun } from "../../runner/use-run.ts";
import { useShown } from "../kit/use-shown.ts";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Intro } from "./intro.tsx";
import { Table } from "./table.tsx";
import "./style.css";

export { cardsMachine as machine };

type MachineParameters = Parameters<typeof cardsMachine.start>[1];

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant } = props;
  const run = useRun(cardsMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  useProgress(run.progress(), props.onProgress);
  useShown(run, view?.phase === "round" && !view.shown ? view.stimulus : null);
  if (view === null) return null;

  const { stimulus } = view;
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus }, event.timeStamp);
  };
  if (view.phase === "instructions") return <Intro key="intro" {...props} view={view} onGo={go} />;
  return (
    <Table
      // The outcome is drawn on the table it happened on; a new round gets a new table.
      key={stimulus.replace("after-", "")}
      {...props}
      view={view}
      onGo={go}
      onAnswer={(choice, facts, timeStamp) => {
        run.give({ kind: "press", stimulus, choice, ...facts }, timeStamp);
      }}
    />
  );
}
