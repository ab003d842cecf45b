import type { JSX } from "preact";
import { Button, Title } from "../../screens/parts.tsx";
import { AnswerButton } from "../kit/answer-button.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Pegboard } from "./pegboard.tsx";
import { choiceOf, type OnPress, type Pegs, usePegs } from "./use-pegs.ts";
import { goalLabel, pegLabel, type Scene, type Told } from "./words.ts";

interface PuzzleProps extends TaskViewProps {
  readonly scene: Scene;
  readonly skippable: boolean;
  readonly onPress: OnPress;
  readonly onNext: (event: MouseEvent) => void;
}

/** The goal above, small; the applicant's own pegs below, large. */
export function Puzzle(props: PuzzleProps): JSX.Element {
  const { scene, texts } = props;
  const pegs = usePegs(props);
  return (
    <main class="stage tower" data-task="tower" data-phase={scene.phase} data-stimulus={scene.stimulus}>
      <Title hidden>{texts.t("tower.title")}</Title>
      <Above {...props} />
      <p class="note" aria-hidden="true" data-good={scene.phase === "done" && scene.outcome === "solved"}>
        {note(props, pegs.told)}
      </p>
      <OwnPegs {...props} pegs={pegs} />
      <div class="below">
        {scene.phase === "done" && !scene.timed && <Button onPress={props.onNext}>{texts.t("tower.next")}</Button>}
        {scene.phase === "puzzle" && props.skippable && (
          <AnswerButton class="button quiet" choice="skip" reader={pegs.reader} onAnswer={props.onPress}>
            {texts.t("tower.skip")}
          </AnswerButton>
        )}
      </div>
      <p class="visually-hidden" aria-live="polite">
        {spoken(props, pegs.told)}
      </p>
    </main>
  );
}

/** Each peg is a button over its whole height. */
function OwnPegs({ scene, texts, pegs, paused }: PuzzleProps & { readonly pegs: Pegs }): JSX.Element {
  const { board, held, heights, stimulus } = scene;
  const grip = scene.phase === "puzzle" && !paused ? pegs.drag.grip : null;
  return (
    <div class="own" {...pegs.drag.handlers}>
      <Pegboard board={board} heights={heights} held={held ?? grip} scene={stimulus} refused={scene.illegal}>
        {heights.map((_, peg) => (
          <div key={peg} class="peg" data-peg={peg}>
            <AnswerButton
              class="peg-button"
              choice={choiceOf(held, peg)}
              reader={pegs.reader}
              label={pegLabel(texts, scene, peg)}
              pressed={held === peg}
              onAnswer={(_choice, facts, timeStamp) => {
                pegs.press(peg, facts, timeStamp);
              }}
            >
              {null}
            </AnswerButton>
            <kbd aria-hidden="true">{peg + 1}</kbd>
          </div>
        ))}
      </Pegboard>
    </div>
  );
}

function Above({ scene, texts }: PuzzleProps): JSX.Element {
  return (
    <div class="above">
      <div class="goal" role="img" aria-label={goalLabel(texts, scene.goal)}>
        <span class="caption" aria-hidden="true">
          {texts.t("tower.goal")}
        </span>
        <Pegboard board={scene.goal} heights={scene.heights} scene={scene.stimulus} />
      </div>
      <div class="count">
        {scene.practice && <span class="tag">{texts.t("common.practice")}</span>}
        <span class="moves">{texts.t("tower.moves", { count: scene.moves })}</span>
      </div>
    </div>
  );
}

function ending({ scene, texts }: PuzzleProps): string | null {
  if (scene.phase !== "done") return null;
  return texts.t(scene.outcome === "solved" ? "tower.solved" : "tower.go_on");
}

/** Seen under the goal: how the problem ended, why a press did nothing, or in practice how it goes. */
function note(props: PuzzleProps, told: Told | null): string {
  const over = ending(props);
  if (over !== null) return over;
  if (told !== null && !told.effect) return told.text;
  return props.scene.practice && props.scene.moves === 0 ? props.texts.t("tower.how") : "";
}

/** Heard: the goal of a new problem, what each press did, and how the problem ended. */
function spoken(props: PuzzleProps, told: Told | null): string {
  const { scene, texts } = props;
  const over = ending(props);
  if (over !== null) return told === null ? over : `${told.text}. ${over}.`;
  if (told !== null) return told.text;
  return scene.phase === "puzzle" && scene.shown ? goalLabel(texts, scene.goal) : "";
}
