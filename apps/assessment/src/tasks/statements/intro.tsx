import type { JSX } from "preact";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Gauge, STEPS } from "./steps.tsx";

/** Says what will be asked and shows it once: both ends are pressed in turn, since neither is the better answer. */
export function Intro(props: TaskViewProps & { readonly onGo: (event: MouseEvent) => void }): JSX.Element {
  const { t } = props.texts;
  const demo = (
    <>
      <p class="statement-said">{t("statements.demo")}</p>
      <div class="statement-steps">
        {STEPS.map(({ choice, name }, index) => (
          <div key={choice} class="statement-step">
            <Gauge step={index} />
            <span>{t(name)}</span>
          </div>
        ))}
      </div>
    </>
  );
  return (
    <Words
      heading={props.heading}
      title={t("statements.title")}
      lead={t("statements.intro_what")}
      demo={demo}
      demoCaption={t("common.example")}
      promise={t("statements.intro_answer")}
      keys={t("statements.keys")}
      go={t("common.try")}
      onGo={props.onGo}
    />
  );
}
