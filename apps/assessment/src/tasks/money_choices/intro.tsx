import type { MoneyOption } from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Sum, SumPair } from "./sum.tsx";

const EXAMPLE: readonly MoneyOption[] = [
  { kind: "today", amount: 20, delayDays: 0 },
  { kind: "later", amount: 60, delayDays: 10 },
];

/** Says what will be asked and shows it once: both sums are pressed in turn, since neither is the better answer. */
export function Intro(props: TaskViewProps & { readonly onGo: (event: MouseEvent) => void }): JSX.Element {
  const { t } = props.texts;
  const example = (
    <SumPair {...props} options={EXAMPLE}>
      {EXAMPLE.map((option) => (
        <div key={option.kind} class="sum">
          <Sum option={option} {...props} />
        </div>
      ))}
    </SumPair>
  );
  return (
    <Words
      heading={props.heading}
      title={t("money.title")}
      lead={t("money.intro_what")}
      demo={example}
      demoCaption={t("common.example")}
      promise={t("money.intro_answer")}
      keys={t("money.keys")}
      go={t("common.try")}
      onGo={props.onGo}
    >
      <p>{t("money.intro_imagined")}</p>
    </Words>
  );
}
