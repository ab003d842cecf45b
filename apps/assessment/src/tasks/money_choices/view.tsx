import {
  moneyMachine,
  type MoneyOption,
  type MoneyView,
} from "@tallystick/tasks/money_choices/v1/machine";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { createPressReader } from "../../runner/presses.ts";
import { useFrames } from "../../runner/use-frame.ts";
import { useRun } from "../../runner/use-run.ts";
import { Button, Title } from "../../screens/parts.tsx";
import { useSideKeys } from "../keys.ts";
import type { TaskViewProps } from "../task-view.ts";

type MachineParameters = Parameters<typeof moneyMachine.start>[1];
type ChoiceView = Extract<MoneyView, { phase: "choice" }>;
type Side = "left" | "right";

/** The picked sum stays marked for a moment, so that a double tap never answers the next pair. */
const MARKED_MS = 320;

interface Picked {
  readonly view: ChoiceView;
  readonly side: Side;
}

export default function MoneyTask(props: TaskViewProps): JSX.Element | null {
  const { texts, grant } = props;
  const run = useRun(moneyMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  const { done, total } = run.progress();
  const [picked, setPicked] = useState<Picked | null>(null);
  useEffect(() => {
    props.onProgress({ done, total });
  }, [done, total]);
  useEffect(() => {
    if (picked === null) return undefined;
    const timer = setTimeout(() => {
      setPicked(null);
    }, MARKED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [picked]);

  const drawn = picked?.view ?? view;
  const onScreen = picked === null && view?.phase === "choice" ? view : null;
  // Runs in the frame that paints the pair: its time is the pair's `shown`.
  useFrames(onScreen === null || onScreen.shown ? null : onScreen.stimulus, (stamp) => {
    if (onScreen !== null) run.give({ kind: "shown", stimulus: onScreen.stimulus }, stamp);
    return true;
  });
  if (drawn === null) return null;

  if (drawn.phase === "instructions") {
    const go = (event: MouseEvent): void => {
      run.give({ kind: "continue", stimulus: drawn.stimulus }, event.timeStamp);
    };
    return drawn.stimulus === "intro" ? (
      <Intro key="intro" {...props} onGo={go} />
    ) : (
      <main class="stage words">
        <Title>{texts.t("money.main_title")}</Title>
        <p class="lead">{texts.t("money.main_text", { count: total - done })}</p>
        <div class="actions">
          <Button onPress={go}>{texts.t("money.main_start")}</Button>
        </div>
      </main>
    );
  }
  return (
    <Pair
      {...props}
      view={drawn}
      marked={picked?.side ?? null}
      onPick={(side, facts, timeStamp) => {
        if (onScreen?.shown !== true) return;
        const taken = run.give(
          { kind: "press", stimulus: onScreen.stimulus, choice: side, ...facts },
          timeStamp,
        );
        if (taken) setPicked({ view: onScreen, side });
      }}
    />
  );
}

type Facts = ReturnType<ReturnType<typeof createPressReader>["read"]>;

function Pair(
  props: TaskViewProps & {
    readonly view: ChoiceView;
    readonly marked: Side | null;
    readonly onPick: (side: Side, facts: Facts, timeStamp: number) => void;
  },
): JSX.Element {
  const { texts, view, marked, onPick } = props;
  const reader = useRef(createPressReader()).current;
  useSideKeys({
    active: !props.paused,
    onActivate: reader.noteKey,
    onSide(side, event) {
      if (side === "hold") return false;
      onPick(side, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  const label = (option: MoneyOption): string =>
    texts.t("money.option", {
      amount: texts.money(option.amount, props.moneyUnit),
      when: when(option, texts),
    });
  const spoken = texts.t("money.pair", { left: label(view.left), right: label(view.right) });
  return (
    <main class="stage choice">
      <div class="question">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        <Title>{texts.t("money.question")}</Title>
      </div>
      <div class="pair" dir="ltr">
        {(["left", "right"] as const).map((side) => (
          <button
            key={side}
            type="button"
            class="sum"
            data-side={side}
            data-marked={marked === side}
            aria-label={label(view[side])}
            onPointerDown={(event) => {
              reader.noteDown(event.timeStamp);
            }}
            onClick={(event) => {
              onPick(
                side,
                reader.read(event, event.currentTarget.getBoundingClientRect()),
                event.timeStamp,
              );
            }}
          >
            <Sum option={view[side]} {...props} />
            <kbd aria-hidden="true">{side === "left" ? "1" : "2"}</kbd>
          </button>
        ))}
      </div>
      <p class="visually-hidden" aria-live="assertive">
        {marked === null ? spoken : ""}
      </p>
    </main>
  );
}

function when(option: MoneyOption, texts: TaskViewProps["texts"]): string {
  return option.kind === "today" ? texts.t("money.today") : texts.inDays(option.delayDays);
}

/** Long sums ("1 250 000") get smaller letters rather than a broken line. */
function Sum(
  props: Pick<TaskViewProps, "texts" | "moneyUnit"> & { readonly option: MoneyOption },
): JSX.Element {
  const amount = props.texts.money(props.option.amount, props.moneyUnit);
  const ref = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    ref.current?.style.setProperty("--letters", String(Math.max(4, amount.length)));
  }, [amount]);
  return (
    <>
      <span ref={ref} class="amount" dir="auto">
        {amount}
      </span>
      <span class="when" dir="auto">
        {when(props.option, props.texts)}
      </span>
    </>
  );
}

const EXAMPLE: readonly MoneyOption[] = [
  { kind: "today", amount: 20, delayDays: 0 },
  { kind: "later", amount: 60, delayDays: 10 },
];

function Intro(props: TaskViewProps & { readonly onGo: (event: MouseEvent) => void }): JSX.Element {
  const { t } = props.texts;
  return (
    <main class="stage words">
      <p class="eyebrow">{props.heading.join(" · ")}</p>
      <Title>{t("money.title")}</Title>
      <p class="lead">{t("money.intro_what")}</p>
      <figure class="demo" aria-hidden="true">
        <div class="pair" dir="ltr">
          {EXAMPLE.map((option) => (
            <div key={option.kind} class="sum">
              <Sum option={option} {...props} />
            </div>
          ))}
        </div>
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
