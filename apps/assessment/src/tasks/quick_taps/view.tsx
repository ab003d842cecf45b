import { tapsMachine, type TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { type LiveRun, useRun } from "../../runner/use-run.ts";
import { Button, Title } from "../../screens/parts.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { useDeadline } from "../kit/use-deadline.ts";
import { useProgress } from "../use-progress.ts";
import { Board } from "./board.tsx";
import { Again, Intro, MainRound } from "./instructions.tsx";
import { useRest, useTarget } from "./timing.ts";

export { tapsMachine as machine };

type MachineParameters = Parameters<typeof tapsMachine.start>[1];
type InstructionView = Extract<TapsView, { phase: "instructions" }>;

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant, texts } = props;
  const run = useRun(tapsMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  useProgress(run.progress(), props.onProgress);
  const rest = useRest(props.paused, view);
  useTarget(run, rest);
  const target = view?.phase === "target" ? view : null;
  useDeadline(run, target?.stimulus ?? null, target?.deadlineMs ?? null);
  if (view === null) return null;
  if (view.phase === "instructions") return <Instruction {...props} view={view} run={run} />;
  if (rest.resting && view.phase === "gap" && !props.paused) {
    return (
      <main key="rest" class="stage words">
        <Title>{texts.t("common.paused")}</Title>
        <div class="actions">
          <Button onPress={rest.end}>{texts.t("common.go_on")}</Button>
        </div>
      </main>
    );
  }
  return (
    <Board
      key="board"
      {...props}
      view={view}
      now={run.at}
      onAnswer={(choice, facts, timeStamp) => {
        run.give({ kind: "press", stimulus: view.stimulus, choice, ...facts }, timeStamp);
      }}
    />
  );
}

function Instruction(
  props: TaskViewProps & { readonly view: InstructionView; readonly run: LiveRun<TapsView> },
): JSX.Element {
  const { view, run } = props;
  const { done, total } = run.progress();
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: view.stimulus }, event.timeStamp);
  };
  const onMode = (choice: "timed" | "untimed", event: MouseEvent): void => {
    run.give({ kind: "mode", stimulus: view.stimulus, choice }, event.timeStamp);
  };
  switch (view.stimulus) {
    case "intro":
      return <Intro key="intro" {...props} onGo={go} onMode={onMode} />;
    case "practice-again":
      return <Again key="again" {...props} onGo={go} />;
    case "main":
      return <MainRound key="main" {...props} count={total - done} onGo={go} />;
  }
}
