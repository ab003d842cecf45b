import type { TapsFeedback, TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TextKey } from "../../i18n/texts.ts";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { useLatest } from "../../runner/use-latest.ts";
import { usePageClock } from "../../runner/watched.ts";
import { Title } from "../../screens/parts.tsx";
import { useSideKeys } from "../keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { type Answer, Pads } from "./pads.tsx";
import { Shape } from "./shape.tsx";

const FEEDBACK: Readonly<Record<TapsFeedback, TextKey>> = {
  right: "taps.feedback_right",
  wrong: "taps.feedback_wrong",
  too_slow: "taps.feedback_too_slow",
  held: "taps.feedback_held",
  not_held: "taps.feedback_not_held",
};

type BoardView = Exclude<TapsView, { phase: "instructions" }>;

interface BoardProps extends TaskViewProps {
  readonly view: BoardView;
  readonly now: (timeStamp: number) => number;
  readonly onAnswer: (choice: Answer, facts: PressFacts, timeStamp: number) => void;
}

/** The shape above, the pads below. Without a time limit the shape is also spoken. */
export function Board(props: BoardProps): JSX.Element {
  const { view, texts, onAnswer } = props;
  const [reader] = useState(createPressReader);
  useSideKeys({
    active: !props.paused,
    onActivate: reader.noteKey,
    onSide(side, event) {
      if (side === "hold" && view.timed) return false;
      onAnswer(side, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  const feedback = useFeedback(view, props.now);
  const comment = feedback === null ? "" : texts.t(FEEDBACK[feedback]);
  const spoken = view.phase === "target" ? texts.t(`taps.${view.shape}`) : comment;
  return (
    <main class="stage taps" data-task="quick_taps" data-phase={view.phase} data-stimulus={view.stimulus}>
      <Title hidden>{texts.t("taps.title")}</Title>
      <div class="field">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        {view.phase === "target" && <Shape name={view.shape} />}
        {view.phase === "gap" && feedback === null && <div class="fixation" aria-hidden="true" />}
        {feedback !== null && (
          <p class="feedback" data-good={feedback === "right" || feedback === "held"}>
            {comment}
          </p>
        )}
      </div>
      <Pads texts={texts} shapes={view.shapes} timed={view.timed} reader={reader} onAnswer={onAnswer} />
      <p class="visually-hidden" aria-live="assertive">
        {view.timed ? "" : spoken}
      </p>
    </main>
  );
}

/** Practice answers are commented on for as long as the machine says, then the fixation mark takes the place. */
function useFeedback(view: BoardView, now: (timeStamp: number) => number): TapsFeedback | null {
  const [overFor, setOverFor] = useState<string | null>(null);
  const feedback = view.phase === "gap" ? view.feedback : null;
  const untilMs = view.phase === "gap" ? view.feedbackUntilMs : 0;
  const latest = useLatest(now);
  const clock = usePageClock();
  const { stimulus } = view;
  useEffect(() => {
    if (feedback === null) return undefined;
    const over = (): void => {
      setOverFor(stimulus);
    };
    return clock.after(untilMs - latest.current(clock.now()), over);
  }, [latest, clock, stimulus, feedback, untilMs]);
  return overFor === stimulus ? null : feedback;
}
