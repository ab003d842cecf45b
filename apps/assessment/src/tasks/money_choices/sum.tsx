import type { MoneyOption } from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Texts } from "../../i18n/texts.ts";
import type { TaskViewProps } from "../task-view.ts";

/** "today", "in 12 days" */
export function whenText(option: MoneyOption, texts: Texts): string {
  return option.kind === "today" ? texts.t("money.today") : texts.inDays(option.delayDays);
}

/** Amounts of more letters than this stand one above the other on a phone. */
const SHORT_LETTERS = 9;

export function isLongPair(
  options: readonly MoneyOption[],
  { texts, moneyUnit }: Pick<TaskViewProps, "texts" | "moneyUnit">,
): boolean {
  return options.some(({ amount }) => texts.money(amount, moneyUnit).length > SHORT_LETTERS);
}

/** An amount and its day. Long amounts ("1 250 000") get smaller letters rather than a broken line. */
export function Sum(props: Pick<TaskViewProps, "texts" | "moneyUnit"> & { readonly option: MoneyOption }): JSX.Element {
  const amount = props.texts.money(props.option.amount, props.moneyUnit);
  const ref = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    ref.current?.style.setProperty("--letters", String(Math.max(4, amount.length)));
  }, [amount]);
  return (
    <>
      <span ref={ref} class="amount" dir="auto">
        {amount}
      </span>{" "}
      <span class="when" dir="auto">
        {whenText(props.option, props.texts)}
      </span>
    </>
  );
}
