import type { Board, TowerView } from "@tallystick/tasks/tower/v1/machine";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../screens/parts.tsx";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Pegboard } from "./pegboard.tsx";

const HEIGHTS = [3, 2, 1];
const GOAL: Board = [["yellow", "red"], [], ["blue"]];

/** Two moves, peg by peg: lifted, put down, lifted, put down. `marked` is the peg that is tapped. */
const STEPS: readonly { readonly board: Board; readonly held: number | null; readonly marked: number | null }[] = [
  { board: [["yellow"], ["red", "blue"], []], held: null, marked: null },
  { board: [["yellow"], ["red", "blue"], []], held: 1, marked: 1 },
  { board: [["yellow"], ["red"], ["blue"]], held: null, marked: 2 },
  { board: [["yellow"], ["red"], ["blue"]], held: 1, marked: 1 },
  { board: GOAL, held: null, marked: 0 },
  { board: GOAL, held: null, marked: null },
];
const STEP_MS = 1_100;

/** Plays once. Without motion the steps follow each other all the same, as still pictures. */
function Demo({ goal }: { readonly goal: string }): JSX.Element {
  const [step, setStep] = useState(0);
  useEffect(() => {
    if (step + 1 >= STEPS.length) return undefined;
    const timer = setTimeout(() => {
      setStep(step + 1);
    }, STEP_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [step]);
  const { board, held, marked } = STEPS[step] ?? { board: GOAL, held: null, marked: null };
  return (
    <div class="tower-demo" dir="ltr">
      <div class="goal">
        <span class="caption">{goal}</span>
        <Pegboard board={GOAL} heights={HEIGHTS} scene="goal" />
      </div>
      <Pegboard board={board} heights={HEIGHTS} held={held} marked={marked} scene="demo" />
    </div>
  );
}

export type InstructionProps = TaskViewProps & {
  readonly view: Extract<TowerView, { phase: "instructions" }>;
  readonly count: number;
  readonly onGo: (event: MouseEvent) => void;
  readonly onMode: (choice: "timed" | "untimed", event: MouseEvent) => void;
};

export function Intro(props: InstructionProps): JSX.Element {
  const { view, onMode } = props;
  const { t } = props.texts;
  return (
    <Words
      heading={props.heading}
      title={t("tower.title")}
      lead={t("tower.intro_what")}
      demo={<Demo goal={t("tower.goal")} />}
      demoCaption={t("common.example")}
      promise={t("common.best")}
      keys={t("tower.keys")}
      go={t("common.try")}
      onGo={props.onGo}
      more={
        <>
          <Button
            quiet
            onPress={(event) => {
              onMode(view.timed ? "untimed" : "timed", event);
            }}
          >
            {t(view.timed ? "tower.untimed" : "tower.timed")}
          </Button>
          {view.timed && <p class="hint">{t("tower.untimed_hint")}</p>}
        </>
      }
    >
      <p>{t("tower.intro_how")}</p>
      <p role="status" class="status">
        {view.timed ? "" : t("tower.untimed_on")}
      </p>
    </Words>
  );
}

/** Who did not solve the practice problem is shown once more how it goes. */
export function MainRound({ texts, view, count, onGo }: InstructionProps): JSX.Element {
  const { t } = texts;
  const example = view.understood ? {} : { demo: <Demo goal={t("tower.goal")} />, demoCaption: t("common.example") };
  return (
    <Words
      {...example}
      title={t(view.understood ? "common.works" : "tower.main_again")}
      lead={t("tower.main_text", { count })}
      promise={t("common.best")}
      go={t("common.start")}
      onGo={onGo}
    >
      {!view.understood && <p>{t("tower.intro_how")}</p>}
    </Words>
  );
}
