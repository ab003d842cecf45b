import type { StatementsView } from "@tallystick/tasks/statements/v1/machine";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { Title } from "../../screens/parts.tsx";
import { AnswerButton } from "../kit/answer-button.tsx";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { Gauge, STEPS } from "./steps.tsx";

export type StatementView = Extract<StatementsView, { phase: "statement" }>;

/** A keyboard may write the digits of its language: the zeros of Latin, Arabic, Persian, Hindi and Thai ones. */
const ZEROS = ["0", "٠", "۰", "०", "๐"];
const KEYS = Object.fromEntries(
  ZEROS.flatMap((zero) =>
    STEPS.map(({ choice }) => [String.fromCharCode(zero.charCodeAt(0) + Number(choice)), choice] as const),
  ),
);

interface StatementProps extends TaskViewProps {
  readonly view: StatementView;
  /** The step just picked, while it is marked. */
  readonly marked: string | null;
  /** Answers whether it was taken. */
  readonly onPick: (choice: string, facts: PressFacts, timeStamp: number) => boolean;
}

/**
 * One statement and five steps. The statement is the heading and takes the focus when it appears: so a screen reader
 * says it, and the first step is the next thing after it.
 */
export function Statement(props: StatementProps): JSX.Element {
  const { texts, view, marked, onPick } = props;
  const [reader] = useState(createPressReader);
  useAnswerKeys({
    active: !props.paused,
    keys: KEYS,
    onActivate: reader.noteKey,
    onChoice: (choice, event) => onPick(choice, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp),
  });
  return (
    <main class="stage statements" data-task="statements" data-phase={view.phase} data-stimulus={view.stimulus}>
      <div class="statement-saying">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        <Title key={view.stimulus}>{texts.t(`statements.${view.statement}`)}</Title>
      </div>
      <div class="statement-steps" role="group" aria-label={texts.t("statements.question")}>
        {STEPS.map(({ choice, name }, index) => (
          <AnswerButton
            key={choice}
            choice={choice}
            class="statement-step"
            reader={reader}
            pressed={marked === choice}
            marked={marked === choice}
            onAnswer={onPick}
          >
            <Gauge step={index} />
            <span>{texts.t(name)}</span>
            <kbd aria-hidden="true">{choice}</kbd>
          </AnswerButton>
        ))}
      </div>
    </main>
  );
}
