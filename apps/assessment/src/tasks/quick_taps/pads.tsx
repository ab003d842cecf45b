import type { TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TextKey, Texts } from "../../i18n/texts.ts";
import { type createPressReader, isPointerPress, type PressFacts } from "../../runner/presses.ts";
import { Shape } from "./shape.tsx";

export type Answer = "left" | "right" | "hold";

const NAMES: Readonly<Record<Answer, TextKey>> = {
  left: "taps.left",
  right: "taps.right",
  hold: "taps.leave",
};
const KEYS: Readonly<Record<Answer, string>> = { left: "1", right: "2", hold: "3" };

/**
 * Two pads under the thumbs, each with its shape, so that nobody has to remember which is which. They answer to the
 * pointer going down; the click that ends the same touch is passed over, and a click of its own is a key's, a screen
 * reader's or a script's.
 */
export function Pads(props: {
  readonly texts: Texts;
  readonly shapes: TapsView["shapes"];
  readonly timed: boolean;
  readonly reader: ReturnType<typeof createPressReader>;
  readonly onAnswer: (choice: Answer, facts: PressFacts, timeStamp: number) => void;
}): JSX.Element {
  const { texts, shapes, reader, onAnswer } = props;
  const answers: readonly Answer[] = props.timed ? ["left", "right"] : ["left", "hold", "right"];
  const [answeredDown] = useState(() => new Set<Answer>());
  return (
    <div class="pads" dir="ltr" data-timed={props.timed}>
      {answers.map((answer) => (
        <button
          key={answer}
          type="button"
          class="pad"
          data-side={answer}
          data-choice={answer}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            answeredDown.add(answer);
            onAnswer(answer, reader.read(event, event.currentTarget.getBoundingClientRect()), event.timeStamp);
          }}
          onContextMenu={(event) => {
            event.preventDefault();
          }}
          onClick={(event) => {
            if (answeredDown.delete(answer) && isPointerPress(event)) return;
            onAnswer(answer, reader.read(event, event.currentTarget.getBoundingClientRect()), event.timeStamp);
          }}
        >
          <Shape name={shapes[answer]} />
          <span class="visually-hidden">
            {texts.t("taps.rule", { shape: texts.t(`taps.${shapes[answer]}`), side: texts.t(NAMES[answer]) })}
          </span>
          <span aria-hidden="true">{texts.t(NAMES[answer])}</span>
          <kbd aria-hidden="true">{KEYS[answer]}</kbd>
        </button>
      ))}
    </div>
  );
}
