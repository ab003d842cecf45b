import type { JSX } from "preact";
import type { TextKey, Texts } from "../../i18n/texts.ts";
import type { AnswerButtonProps } from "../kit/answer-button.tsx";
import { tick } from "../kit/haptics.ts";

/** `unmet`: a loss that nobody opened, shown when the round is over. */
export type BoxState = "closed" | "safe" | "loss" | "unmet";

const LABELS: Readonly<Record<BoxState, TextKey>> = {
  closed: "cards.box_closed",
  safe: "cards.box_safe",
  loss: "cards.box_loss",
  unmet: "cards.box_loss",
};

interface BoxProps extends Pick<AnswerButtonProps, "reader" | "onAnswer"> {
  /** From 0, as in the input; people count from 1. */
  readonly box: number;
  readonly state: BoxState;
  readonly points: number;
  /** The round is over: nothing can be opened any more. */
  readonly over: boolean;
  /** The one box that the Tab key stops at. */
  readonly reachable: boolean;
  readonly texts: Texts;
  readonly onFocus: (box: number) => void;
}

/** An opened box stays a button that does nothing, so that the focus of keys and screen readers is not lost. */
export function Box(props: BoxProps): JSX.Element {
  const { box, state, reader, texts } = props;
  const dead = props.over || state !== "closed";
  return (
    <button
      type="button"
      class="box"
      data-choice={String(box)}
      data-state={state}
      tabIndex={props.reachable ? 0 : -1}
      aria-disabled={dead}
      disabled={props.over}
      aria-label={texts.t(LABELS[state], { number: box + 1, points: props.points })}
      onFocus={() => {
        props.onFocus(box);
      }}
      onPointerDown={(event) => {
        reader.noteDown(event.timeStamp);
      }}
      onClick={(event) => {
        if (dead) return;
        tick();
        const place = event.currentTarget.getBoundingClientRect();
        props.onAnswer(String(box), reader.read(event, place), event.timeStamp);
      }}
    >
      <BoxFace state={state} points={props.points} texts={texts} />
    </button>
  );
}

/** What lies in a box, and the lid on it. */
export function BoxFace(props: Pick<BoxProps, "state" | "points" | "texts">): JSX.Element {
  const { state } = props;
  return (
    <>
      {state === "safe" && <span class="gain">{props.texts.t("cards.gain", { points: props.points })}</span>}
      {(state === "loss" || state === "unmet") && (
        <svg class="loss-mark" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M5 5 19 19M19 5 5 19" />
        </svg>
      )}
      <span class="lid" />
    </>
  );
}
