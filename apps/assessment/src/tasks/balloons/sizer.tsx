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
  const { t } = texts;
  const [reader] = useState(createPressReader);
  const slider = useRef<HTMLInputElement>(null);
  useEffect(() => {
    slider.current?.focus({ preventScroll: true });
  }, []);
  const by = (step: number): void => {
    onChange(Math.min(most, Math.max(1, size + step)));
  };
  useAnswerKeys({
    active: !props.paused,
    keys: KEYS,
    onActivate: reader.noteKey,
    onChoice(step, event) {
      if (event.target === slider.current) return false;
      by(Number(step));
      return true;
    },
  });
  return (
    <div class="sizer">
      <input
        ref={slider}
        type="range"
        min={0}
        max={most}
        step={1}
        value={size}
        aria-label={t("balloons.size")}
        aria-valuetext={t("balloons.chosen", { size, most })}
        onInput={(event) => {
          onChange(event.currentTarget.valueAsNumber);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.repeat || size === 0) return;
          event.preventDefault();
          onSize(String(size), { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
        }}
      />
      <Steps texts={texts} onStep={by} />
      <AnswerButton
        class="button primary"
        choice={String(size)}
        reader={reader}
        disabled={size === 0}
        onAnswer={onSize}
      >
        {t("balloons.grow")}
      </AnswerButton>
    </div>
  );
}

function Steps(props: Pick<SizerProps, "texts"> & { readonly onStep: (step: number) => void }): JSX.Element {
  const { language, t } = props.texts;
  const signed = new Intl.NumberFormat(language, { signDisplay: "always" });
  return (
    <div class="steps">
      {STEPS.map((step) => (
        <button
          key={step}
          type="button"
          class="step"
          aria-label={t(step < 0 ? "balloons.smaller" : "balloons.larger", { steps: Math.abs(step) })}
          onClick={() => {
            props.onStep(step);
          }}
        >
          {signed.format(step)}
        </button>
      ))}
    </div>
  );
}
