import type { ComponentChildren, JSX } from "preact";
import type { createPressReader, PressFacts } from "../../runner/presses.ts";
import { tick } from "./haptics.ts";

export interface AnswerButtonProps {
  /** As in the input; also found as `data-choice`. */
  readonly choice: string;
  readonly reader: ReturnType<typeof createPressReader>;
  readonly onAnswer: (choice: string, facts: PressFacts, timeStamp: number) => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** What a screen reader says; absent: the content. */
  readonly label?: string;
  /** A toggle or one of a row of choices that is picked. */
  readonly pressed?: boolean;
  /** Marked for a moment after it was pressed. */
  readonly marked?: boolean;
  readonly disabled?: boolean;
}

/**
 * A button that gives an answer and the facts of the press: pointer, place within the button, trusted or not. Answers to
 * the click, so that a finger that slides off takes its answer back; the click's own time is the answer's.
 */
export function AnswerButton(props: AnswerButtonProps): JSX.Element {
  const { choice, reader, onAnswer } = props;
  return (
    <button
      type="button"
      class={props.class ?? "answer"}
      data-choice={choice}
      data-marked={props.marked === true}
      aria-label={props.label}
      aria-pressed={props.pressed}
      disabled={props.disabled === true}
      onPointerDown={(event) => {
        reader.noteDown(event.timeStamp);
      }}
      onClick={(event) => {
        tick();
        onAnswer(choice, reader.read(event, event.currentTarget.getBoundingClientRect()), event.timeStamp);
      }}
    >
      {props.children}
    </button>
  );
}
