import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Texts } from "../../i18n/texts.ts";
import { createPressReader } from "../../runner/presses.ts";
import { Title } from "../../screens/parts.tsx";
import type { AnswerButtonProps } from "../kit/answer-button.tsx";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { Box, type BoxState } from "./box.tsx";
import { moveFocus, isMove, TABLE_KEYS } from "./grid-keys.ts";
import { Outcome, Purse } from "./purse.tsx";
import { heading, rule, type TableView } from "./words.ts";

interface TableProps extends TaskViewProps {
  readonly view: TableView;
  readonly onAnswer: AnswerButtonProps["onAnswer"];
  readonly onGo: (event: MouseEvent) => void;
}

/** One round from its first box to its outcome. */
export function Table(props: TableProps): JSX.Element {
  const { view, texts, onAnswer } = props;
  const playing = view.phase === "round";
  const [reader] = useState(createPressReader);
  return (
    <main
      class={playing ? "stage cards" : "stage words cards"}
      data-task="cards"
      data-phase={view.phase}
      data-stimulus={view.stimulus}
    >
      <div class="table-head">
        {playing ? <Title>{heading(texts, view)}</Title> : <p class="table-name">{heading(texts, view)}</p>}
        <p>{rule(texts, view)}</p>
      </div>
      <Boxes {...props} reader={reader} />
      {view.phase === "round" ? (
        <Purse texts={texts} points={view.points} reader={reader} onAnswer={onAnswer} />
      ) : (
        <Outcome texts={texts} view={view} onGo={props.onGo} />
      )}
      <p class="visually-hidden" aria-live="assertive">
        {playing ? announcement(texts, view) : ""}
      </p>
    </main>
  );
}

/** The boxes and the keys of the round. */
function Boxes(props: TableProps & Pick<AnswerButtonProps, "reader">): JSX.Element {
  const { view, texts, reader, onAnswer } = props;
  const playing = view.phase === "round";
  const grid = useRef<HTMLDivElement>(null);
  // One stop for the Tab key in the whole grid: the box that had the focus last.
  const [current, setCurrent] = useState(0);
  useAnswerKeys({
    active: playing && !props.paused,
    keys: TABLE_KEYS,
    onActivate: reader.noteKey,
    onChoice(choice, event) {
      if (isMove(choice)) return grid.current !== null && moveFocus(grid.current, { current, move: choice });
      onAnswer(choice, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  return (
    <div class="boxes" ref={grid} role="group" aria-label={rule(texts, view)} data-boxes={view.boxes}>
      {Array.from({ length: view.boxes }, (_, box) => (
        <Box
          key={box}
          box={box}
          state={stateOf(view, box)}
          points={view.pointsPerCard}
          over={!playing}
          reachable={box === current}
          texts={texts}
          reader={reader}
          onAnswer={onAnswer}
          onFocus={setCurrent}
        />
      ))}
    </div>
  );
}

function stateOf(view: TableView, box: number): BoxState {
  if (view.opened.includes(box)) return "safe";
  if (view.phase !== "result" || !view.losses.includes(box)) return "closed";
  return view.hit === box ? "loss" : "unmet";
}

/** What a screen reader says after each box. */
function announcement(texts: Texts, view: TableView): string {
  const last = view.opened.at(-1);
  if (last === undefined) return "";
  return texts.t("cards.opened", { number: last + 1, points: view.pointsPerCard, count: view.points });
}
