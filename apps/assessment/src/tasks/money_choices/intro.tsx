import type { MoneyOption } from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import { Button, Title } from "../../screens/parts.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Sum, SumPair } from "./sum.tsx";

const EXAMPLE: readonly MoneyOption[] = [
  { kind: "today", amount: 20, delayDays: 0 },
  { kind: "later", amount: 60, delayDays: 10 },
];

/** Says what will be asked and shows it once: both sums are pressed in turn, since neither is the better answer. */
export function Intro(props: TaskViewProps & { readonly onGo: (event: MouseEvent) => void }): JSX.Element {
  const { t } = props.texts;
  return (
    <main class="stage words">
      {props.heading.map((line) => (
        <p key={line} class="eyebrow">
          {line}
        </p>
      ))}
      <Title>{t("money.title")}</Title>
      <p class="lead">{t("money.intro_what")}</p>
      <figure class="demo" aria-hidden="true">
        <SumPair {...props} options={EXAMPLE}>
          {EXAMPLE.map((option) => (
            <div key={option.kind} class="sum">
              <Sum option={option} {...props} />
            </div>
          ))}
        </SumPair>
        <figcaption>{t("money.example")}</figcaption>
      </figure>
      <p>
        <strong>{t("money.intro_answer")}</strong> {t("money.intro_imagined")}
      </p>
      <p class="keys">{t("money.keys")}</p>
      <div class="actions">
        <Button onPress={props.onGo}>{t("money.start")}</Button>
      </div>
    </main>
  );
}
