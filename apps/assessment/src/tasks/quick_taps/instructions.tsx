import type { TapsView } from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { Button } from "../../screens/parts.tsx";
import { Words } from "../kit/words.tsx";
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
  const mode = (
    <>
      <Button
        quiet
        onPress={(event) => {
          onMode(view.timed ? "untimed" : "timed", event);
        }}
      >
        {t(view.timed ? "taps.untimed" : "taps.timed")}
      </Button>
      {view.timed && <p class="hint">{t("taps.untimed_hint")}</p>}
    </>
  );
  return (
    <Words
      heading={props.heading}
      title={t("taps.title")}
      lead={t("taps.intro_what")}
      keys={t(view.timed ? "taps.keys" : "taps.keys_untimed")}
      go={t("common.practise")}
      onGo={props.onGo}
      more={mode}
    >
      <Rules {...props} />
      <p>
        <strong>{t("common.best")}</strong>
      </p>
      <p role="status" class="status">
        {view.timed ? "" : t("taps.untimed_on")}
      </p>
    </Words>
  );
}

export function Again(props: InstructionProps): JSX.Element {
  const { t } = props.texts;
  return (
    <Words title={t("taps.again_title")} lead={t("taps.again_text")} go={t("common.practise")} onGo={props.onGo}>
      <Rules {...props} />
    </Words>
  );
}

export function MainRound(props: InstructionProps & { readonly count: number }): JSX.Element {
  const { t } = props.texts;
  const lead = t("taps.main_text", { count: props.count });
  return (
    <Words title={t("common.real")} lead={lead} go={t("common.start")} onGo={props.onGo}>
      <Rules {...props} />
    </Words>
  );
}
