import { moneyMachine } from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import type { PressFacts } from "../../runner/presses.ts";
import { useRun } from "../../runner/use-run.ts";
import { usePicked } from "../kit/use-picked.ts";
import { useShown } from "../kit/use-shown.ts";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Intro } from "./intro.tsx";
import { type ChoiceView, Pair, type Side } from "./pair.tsx";

export { moneyMachine as machine };

type MachineParameters = Parameters<typeof moneyMachine.start>[1];

interface Picked {
  readonly view: ChoiceView;
  readonly side: Side;
}

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { texts, grant } = props;
  const run = useRun(moneyMachine, {
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
  const onScreen = picked === null && view?.phase === "choice" ? view : null;
  useShown(run, onScreen?.shown === false ? onScreen.stimulus : null);
  if (drawn === null) return null;

  if (drawn.phase === "choice") {
    const pick = (side: Side, facts: PressFacts, timeStamp: number): void => {
      if (onScreen?.shown !== true) return;
      const taken = run.give({ kind: "press", stimulus: onScreen.stimulus, choice: side, ...facts }, timeStamp);
      if (taken) setPicked({ view: onScreen, side });
    };
    return <Pair {...props} view={drawn} marked={picked?.side ?? run.pressed} onPick={pick} />;
  }
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: drawn.stimulus }, event.timeStamp);
  };
  if (drawn.stimulus === "intro") return <Intro key="intro" {...props} onGo={go} />;
  return (
    <Words
      key="main"
      title={texts.t("common.works")}
      lead={texts.t("money.main_text", { count: total - done })}
      go={texts.t("common.start")}
      onGo={go}
    />
  );
}
