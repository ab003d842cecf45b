import type { MoneyOption } from "@tallystick/tasks/money_choices/v1/machine";
import type { ComponentChildren, JSX } from "preact";
import type { Texts } from "../../i18n/texts.ts";
import type { TaskViewProps } from "../task-view.ts";

/** "today", "in 12 days" */
export function whenText(option: MoneyOption, texts: Texts): string {
  return option.kind === "today" ? texts.t("money.today") : texts.inDays(option.delayDays);
}

type MoneyProps = Pick<TaskViewProps, "texts" | "moneyUnit">;

/** Amounts of more letters than this ("Rp 1,225,000") stand one above the other on a phone. */
const SHORT_LETTERS = 9;

/**
 * The frame of two sums, left and right in every language. Long amounts get smaller letters, the same for both: the
 * larger print must not speak for one of them.
 */
export function SumPair(
  props: MoneyProps & { readonly options: readonly MoneyOption[]; readonly children: ComponentChildren },
): JSX.Element {
  const { options, texts, moneyUnit } = props;
  const letters = Math.max(4, ...options.map(({ amount }) => texts.money(amount, moneyUnit).length));
  return (
    <div class="pair" dir="ltr" data-long={letters > SHORT_LETTERS} style={{ "--letters": letters }}>
      {props.children}
    </div>
  );
}

export function Sum({ option, texts, moneyUnit }: MoneyProps & { readonly option: MoneyOption }): JSX.Element {
  return (
    <>
      <span class="amount" dir="auto">
        {texts.money(option.amount, moneyUnit)}
      </span>{" "}
      <span class="when" dir="auto">
        {whenText(option, texts)}
      </span>
    </>
  );
}
