import { statementsMachine } from "@tallystick/tasks/statements/v1/machine";
import type { JSX } from "preact";
import type { PressFacts } from "../../runner/presses.ts";
import { useRun } from "../../runner/use-run.ts";
import { usePicked } from "../kit/use-picked.ts";
import { useShown } from "../kit/use-shown.ts";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Intro } from "./intro.tsx";
import { Statement, type StatementView } from "./statement.tsx";
import "./style.css";

export { statementsMachine as machine };

type MachineParameters = Parameters<typeof statementsMachine.start>[1];

interface Picked {
  readonly view: StatementView;
  readonly choice: string;
}

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { texts, grant } = props;
  const run = useRun(statementsMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  const { done, total } = run.progress();
  useProgress({ done, total }, props.onProgress);
  const [picked, setPicked] = usePicked<Picked>();

  const drawn = picked?.view ?? view;
  const onScreen = picked === null && view?.phase === "statement" ? view : null;
  useShown(run, onScreen?.shown === false ? onScreen.stimulus : null);
  if (drawn === null) return null;

  if (drawn.phase === "statement") {
    const pick = (choice: string, facts: PressFacts, timeStamp: number): boolean => {
      if (onScreen?.shown !== true) return false;
      const taken = run.give({ kind: "press", stimulus: onScreen.stimulus, choice, ...facts }, timeStamp);
      if (taken) setPicked({ view: onScreen, choice });
      return taken;
    };
    return <Statement {...props} view={drawn} marked={picked?.choice ?? run.pressed} onPick={pick} />;
  }
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: drawn.stimulus }, event.timeStamp);
  };
  if (drawn.stimulus === "intro") return <Intro key="intro" {...props} onGo={go} />;
  return (
    <Words
      key="main"
      title={texts.t("common.works")}
      lead={texts.t("statements.main_text", { count: total - done })}
      go={texts.t("common.start")}
      onGo={go}
    />
  );
}
