import type { NumberView } from "@tallystick/tasks/number_sense/v1/machine";
import type { JSX } from "preact";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Answers, problemText, Sum } from "./problem.tsx";

type Go = { readonly onGo: (event: MouseEvent) => void };
type MainView = Extract<NumberView, { stimulus: "main"; phase: "instructions" }>;

const EXAMPLE = { template: "change", sums: { price: 8, note: 10 }, counts: {}, options: [4, 2, 6, 8] } as const;
const EXAMPLE_ANSWER = 2;

/** Says what will be asked and shows it once: the right answer of an easy problem is pressed. */
export function Intro(props: TaskViewProps & Go): JSX.Element {
  const { t } = props.texts;
  return (
    <Words
      heading={props.heading}
      title={t("numbers.title")}
      lead={t("numbers.intro_what")}
      demo={
        <>
          <p class="number-example">{problemText(props, EXAMPLE)}</p>
          <Answers {...props} options={EXAMPLE.options}>
            {EXAMPLE.options.map((sum) => (
              <div key={sum} class="number-answer" data-right={sum === EXAMPLE_ANSWER}>
                <Sum {...props} sum={sum} />
              </div>
            ))}
          </Answers>
        </>
      }
      demoCaption={t("common.example")}
      promise={t("numbers.promise")}
      keys={t("numbers.keys")}
      go={t("common.try")}
      onGo={props.onGo}
    />
  );
}

/** How the practice went, then on to the problems that count. */
export function MainRound(props: TaskViewProps & Go & { readonly view: MainView }): JSX.Element {
  const { texts, moneyUnit, view } = props;
  const sum = texts.money(view.practiceAnswer, moneyUnit);
  return (
    <Words
      title={texts.t(view.practiceRight ? "numbers.practice_right" : "numbers.practice_wrong", { sum })}
      lead={texts.t("numbers.main_text")}
      promise={texts.t("numbers.promise")}
      go={texts.t("common.start")}
      onGo={props.onGo}
    />
  );
}
