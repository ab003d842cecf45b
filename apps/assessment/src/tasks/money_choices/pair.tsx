import type { MoneyOption, MoneyView } from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { Title } from "../../screens/parts.tsx";
import { useSideKeys } from "../keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { Sum, SumPair, whenText } from "./sum.tsx";

export type ChoiceView = Extract<MoneyView, { phase: "choice" }>;
export type Side = "left" | "right";

interface PairProps extends TaskViewProps {
  readonly view: ChoiceView;
  /** The side just picked, while it is marked. */
  readonly marked: string | null;
  readonly onPick: (side: Side, facts: PressFacts, timeStamp: number) => void;
}

/** Two sums, two buttons. Left and right are physical sides in every language. */
export function Pair(props: PairProps): JSX.Element {
  const { texts, view, marked, onPick } = props;
  const [reader] = useState(createPressReader);
  useSideKeys({
    active: !props.paused,
    onActivate: reader.noteKey,
    onSide(side, event) {
      if (side === "hold") return false;
      onPick(side, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  const left = label(props, view.left);
  const right = label(props, view.right);
  return (
    <main class="stage choice" data-task="money_choices" data-phase={view.phase} data-stimulus={view.stimulus}>
      <div class="question">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        <Title>{texts.t("money.question")}</Title>
      </div>
      <SumPair {...props} options={[view.left, view.right]}>
        <SumButton {...props} side="left" reader={reader} />
        <SumButton {...props} side="right" reader={reader} />
      </SumPair>
      <p class="visually-hidden" aria-live="assertive">
        {marked === null ? texts.t("money.pair", { left, right }) : ""}
      </p>
    </main>
  );
}

function label({ texts, moneyUnit }: PairProps, option: MoneyOption): string {
  return texts.t("money.option", { amount: texts.money(option.amount, moneyUnit), when: whenText(option, texts) });
}

function SumButton(
  props: PairProps & {
    readonly side: Side;
    readonly reader: ReturnType<typeof createPressReader>;
  },
): JSX.Element {
  const { side, reader, onPick } = props;
  return (
    <button
      type="button"
      class="sum"
      data-side={side}
      data-choice={side}
      data-marked={props.marked === side}
      onPointerDown={(event) => {
        reader.noteDown(event.timeStamp);
      }}
      onClick={(event) => {
        onPick(side, reader.read(event, event.currentTarget.getBoundingClientRect()), event.timeStamp);
      }}
    >
      <Sum option={props.view[side]} {...props} />
      <kbd aria-hidden="true">{side === "left" ? "1" : "2"}</kbd>
    </button>
  );
}
