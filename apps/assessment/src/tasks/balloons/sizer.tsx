import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { AnswerButton } from "../kit/answer-button.tsx";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";

const STEPS = [-5, -1, 1, 5];
/** Where the slider has no focus; on it the browser's own keys serve. */
const KEYS: Readonly<Record<string, string>> = { ArrowUp: "1", ArrowDown: "-1" };

interface SizerProps extends TaskViewProps {
  readonly most: number;
  /** 0: nothing chosen yet. */
  readonly size: number;
  readonly onChange: (size: number) => void;
  readonly onSize: (choice: string, facts: PressFacts, timeStamp: number) => void;
}

/** A slider for finger and keys, steps for whom dragging is hard, and the button that lets the balloon grow. */
export function Sizer(props: SizerProps): JSX.Element {
  const { texts, most, size, onChange, onSize } = props;
  const [reader] = useState(createPressReader);
  const by = (step: number): void => {
    onChange(Math.min(most, Math.max(1, size + step)));
  };
  useAnswerKeys({
    active: !props.paused,
    keys: KEYS,
    onActivate: reader.noteKey,
    onChoice(step, event) {
      if (event.target instanceof HTMLInputElement) return false;
      by(Number(step));
      return true;
    },
  });
  return (
    <div class="balloon-sizer">
      <Slider {...props} />
      <Steps texts={texts} onStep={by} />
      <AnswerButton
        class="button primary"
        choice={String(size)}
        reader={reader}
        disabled={size === 0}
        onAnswer={onSize}
      >
        {texts.t("balloons.grow")}
      </AnswerButton>
    </div>
  );
}

/** Has the focus when a balloon begins: arrow keys change the size, Enter lets it grow. */
function Slider({ texts, most, size, onChange, onSize }: SizerProps): JSX.Element {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
  }, []);
  return (
    <input
      ref={ref}
      type="range"
      min={0}
      max={most}
      step={1}
      value={size}
      aria-label={texts.t("balloons.size")}
      aria-valuetext={texts.t("balloons.chosen", { size, most })}
      onInput={(event) => {
        onChange(event.currentTarget.valueAsNumber);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.repeat || size === 0) return;
        event.preventDefault();
        onSize(String(size), { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      }}
    />
  );
}

function Steps(props: Pick<SizerProps, "texts"> & { readonly onStep: (step: number) => void }): JSX.Element {
  const { number, t } = props.texts;
  return (
    <div class="balloon-steps">
      {STEPS.map((step) => (
        <button
          key={step}
          type="button"
          class="balloon-step"
          onClick={() => {
            props.onStep(step);
          }}
        >
          <span class="visually-hidden">
            {t(step < 0 ? "balloons.smaller" : "balloons.larger", { steps: Math.abs(step) })}
          </span>
          <span aria-hidden="true">{number(step, { signDisplay: "always" }).replace("-", "\u2212")}</span>
        </button>
      ))}
    </div>
  );
}
