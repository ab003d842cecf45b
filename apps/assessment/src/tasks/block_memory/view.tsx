import { blocksMachine, type BlocksView } from "@tallystick/tasks/block_memory/v1/machine";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PressFacts } from "../../runner/presses.ts";
import { type LiveRun, useRun } from "../../runner/use-run.ts";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { useProgress } from "../use-progress.ts";
import { Board } from "./board.tsx";
import { Instruction } from "./instructions.tsx";
import type { TurnView } from "./scene.ts";
import { useLight, useRest, useShowing } from "./showing.ts";
import "./style.css";

export { blocksMachine as machine };

type MachineParameters = Parameters<typeof blocksMachine.start>[1];

/** The last tap of an answer stays to be seen before the board turns to the next sequence. */
const ANSWERED_MS = 400;

export function TaskView(props: TaskViewProps): JSX.Element | null {
  const { grant, texts, paused } = props;
  const run = useRun(blocksMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  useProgress(run.progress(), props.onProgress);
  const [answered, setAnswered] = useAnswered();
  const rest = useRest(run, paused);
  useShowing(run, paused || rest.resting);
  const lit = useLight(run);

  const view = answered ?? run.view;
  if (view === null) return null;
  if (view.phase === "instructions") return <Instruction {...props} view={view} run={run} />;
  if (rest.resting && !paused) {
    const [title, lead, go] = [texts.t("common.paused"), texts.t("blocks.paused_text"), texts.t("common.go_on")];
    return <Words key="rest" title={title} lead={lead} go={go} onGo={rest.end} />;
  }
  const onTap = (choice: string, facts: PressFacts, timeStamp: number): void => {
    const answer = tap(run, { choice, ...facts }, timeStamp);
    if (answer !== null) setAnswered(answer);
  };
  return <Board key="board" {...props} view={view} lit={lit} onTap={onTap} />;
}

/** Gives a tap to the machine while it is the applicant's turn; answers the whole answer when this was its last tap. */
function tap(
  run: LiveRun<BlocksView>,
  press: PressFacts & { readonly choice: string },
  timeStamp: number,
): TurnView | null {
  const { view } = run;
  if (view?.phase !== "turn") return null;
  const taken = run.give({ kind: "press", stimulus: view.stimulus, ...press }, timeStamp);
  const taps = view.taps + press.choice;
  return taken && taps.length === view.length ? { ...view, taps } : null;
}

/** What was answered, for as long as it is left on the board. */
function useAnswered(): readonly [TurnView | null, (answer: TurnView) => void] {
  const [answered, setAnswered] = useState<TurnView | null>(null);
  useEffect(() => {
    if (answered === null) return undefined;
    const timer = setTimeout(() => {
      setAnswered(null);
    }, ANSWERED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [answered]);
  return [answered, setAnswered];
}
