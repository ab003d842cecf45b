import type { TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { Button, Title } from "../../screens/parts.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Shape } from "./shape.tsx";

type InstructionProps = TaskViewProps & {
  readonly view: Extract<TapsView, { phase: "instructions" }>;
  readonly onGo: (event: MouseEvent) => void;
};

const ROWS = [
  ["left", "taps.left"],
  ["right", "taps.right"],
  ["hold", "taps.leave"],
] as const;

/** Which shape belongs where; the rows light up one after the other, once round, to show the game. */
function Rules({ texts, view }: Pick<InstructionProps, "texts" | "view">): JSX.Element {
  return (
    <ul class="rules">
      {ROWS.map(([target, name]) => (
        <li key={target} data-side={target}>
          <Shape name={view.shapes[target]} />
          <span>
            <span class="visually-hidden">{texts.t(`taps.${view.shapes[target]}`)}: </span>
            {texts.t(name)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Intro(
  props: InstructionProps & {
    readonly onMode: (choice: "timed" | "untimed", event: MouseEvent) => void;
  },
): JSX.Element {
  const { view, onMode } = props;
  const { t } = props.texts;
  return (
    <main class="stage words">
      {props.heading.map((line) => (
        <p key={line} class="eyebrow">
          {line}
        </p>
      ))}
      <Title>{t("taps.title")}</Title>
      <p class="lead">{t("taps.intro_what")}</p>
      <Rules {...props} />
      <p>
        <strong>{t("taps.intro_answer")}</strong>
      </p>
      <p class="keys">{t(view.timed ? "taps.keys" : "taps.keys_untimed")}</p>
      <p role="status" class="status">
        {view.timed ? "" : t("taps.untimed_on")}
      </p>
      <div class="actions">
        <Button onPress={props.onGo}>{t("taps.start")}</Button>
        <Button
          quiet
          onPress={(event) => {
            onMode(view.timed ? "untimed" : "timed", event);
          }}
        >
          {t(view.timed ? "taps.untimed" : "taps.timed")}
        </Button>
        {view.timed && <p class="hint">{t("taps.untimed_hint")}</p>}
      </div>
    </main>
  );
}

export function Again(props: InstructionProps): JSX.Element {
  const { t } = props.texts;
  return (
    <main class="stage words">
      <Title>{t("taps.again_title")}</Title>
      <p class="lead">{t("taps.again_text")}</p>
      <Rules {...props} />
      <div class="actions">
        <Button onPress={props.onGo}>{t("taps.start")}</Button>
      </div>
    </main>
  );
}

export function MainRound(props: InstructionProps & { readonly count: number }): JSX.Element {
  const { t } = props.texts;
  return (
    <main class="stage words">
      <Title>{t("taps.main_title")}</Title>
      <p class="lead">{t("taps.main_text", { count: props.count })}</p>
      <Rules {...props} />
      <div class="actions">
        <Button onPress={props.onGo}>{t("taps.main_start")}</Button>
      </div>
    </main>
  );
}
