import type { NumberView } from "@tallystick/tasks/number_sense/v1/machine";
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { TextKey } from "../../i18n/texts.ts";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { Title } from "../../screens/parts.tsx";
import { AnswerButton } from "../kit/answer-button.tsx";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";

export type ProblemView = Extract<NumberView, { phase: "problem" }>;
type Question = Pick<ProblemView, "template" | "sums" | "counts" | "options">;

const TEXTS: Readonly<Record<Question["template"], TextKey>> = {
  change: "numbers.change",
  rise_fall: "numbers.rise_fall",
  before_sale: "numbers.before_sale",
  hire_fee: "numbers.hire_fee",
  bus_stops: "numbers.bus_stops",
  day_pay: "numbers.day_pay",
  box_days: "numbers.box_days",
};

const CHOICES = ["a", "b", "c", "d"];
const KEYS: Readonly<Record<string, string>> = { "1": "a", "2": "b", "3": "c", "4": "d" };
/** Answers of more letters than this ("Rp 1,225,000") stand one above the other on a phone. */
const SHORT_LETTERS = 9;

interface ProblemProps extends TaskViewProps {
  readonly view: ProblemView;
  /** The answer just picked, while it is marked. */
  readonly marked: string | null;
  readonly onPick: (choice: string, facts: PressFacts, timeStamp: number) => void;
}

/** The problem is the screen's heading: it takes the focus, so that a screen reader reads it and goes on to the answers. */
export function Problem(props: ProblemProps): JSX.Element {
  const { texts, moneyUnit, view, marked, onPick } = props;
  const [reader] = useState(createPressReader);
  useAnswerKeys({
    active: !props.paused,
    keys: KEYS,
    onActivate: reader.noteKey,
    onChoice(choice, event) {
      onPick(choice, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  return (
    <main class="stage numbers" data-task="number_sense" data-phase="problem" data-stimulus={view.stimulus}>
      <div class="number-problem">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        <Title>{problemText(props, view)}</Title>
      </div>
      <Answers {...props} options={view.options}>
        {view.options.map((sum, index) => {
          const choice = CHOICES[index] ?? "";
          return (
            <AnswerButton
              key={choice}
              class="number-answer"
              choice={choice}
              reader={reader}
              marked={marked === choice}
              onAnswer={onPick}
            >
              <Sum sum={sum} texts={texts} moneyUnit={moneyUnit} />
              <kbd aria-hidden="true">{index + 1}</kbd>
            </AnswerButton>
          );
        })}
      </Answers>
    </main>
  );
}

type MoneyProps = Pick<TaskViewProps, "texts" | "moneyUnit">;

/** The sentences of a problem with sums in the session's money, and per cents and days in the language's digits. */
export function problemText({ texts, moneyUnit }: MoneyProps, question: Question): string {
  const sums = Object.entries(question.sums).map(([name, sum]) => [name, texts.money(sum, moneyUnit)] as const);
  const counts = Object.entries(question.counts).map(
    ([name, count]) => [name, name === "percent" ? texts.number(count / 100, { style: "percent" }) : count] as const,
  );
  return texts.t(TEXTS[question.template], Object.fromEntries([...sums, ...counts]));
}

/** Four answers of one size of letters: larger print must not speak for one of them. */
export function Answers(
  props: MoneyProps & { readonly options: readonly number[]; readonly children: ComponentChildren },
): JSX.Element {
  const letters = Math.max(4, ...props.options.map((sum) => props.texts.money(sum, props.moneyUnit).length));
  return (
    <div class="number-answers" data-long={letters > SHORT_LETTERS} style={{ "--letters": letters }}>
      {props.children}
    </div>
  );
}

export function Sum({ sum, texts, moneyUnit }: MoneyProps & { readonly sum: number }): JSX.Element {
  return (
    <span class="number-sum" dir="auto">
      {texts.money(sum, moneyUnit)}
    </span>
  );
}
