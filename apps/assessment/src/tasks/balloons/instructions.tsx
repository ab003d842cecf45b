import type { JSX } from "preact";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Balloon } from "./balloon.tsx";

interface InstructionProps extends TaskViewProps {
  readonly most: number;
  readonly onGo: (event: MouseEvent) => void;
}

/** Says how it goes and shows it once: one balloon holds its size, another bursts on the way. */
export function Intro(props: InstructionProps): JSX.Element {
  const { most } = props;
  const { t } = props.texts;
  return (
    <Words
      heading={props.heading}
      title={t("balloons.title")}
      lead={t("balloons.intro_what")}
      demo={
        <div class="two-balloons">
          <Balloon most={most} chosen={most * 0.5} growsTo={most * 0.5} bursts={false} />
          <Balloon most={most} chosen={most * 0.8} growsTo={most * 0.7} bursts />
        </div>
      }
      demoCaption={t("balloons.example")}
      promise={t("common.best")}
      keys={t("balloons.keys")}
      go={t("common.try")}
      onGo={props.onGo}
    >
      <p>{t("balloons.intro_odds", { most })}</p>
      <p>{t("balloons.intro_points")}</p>
    </Words>
  );
}

export function MainRound(props: InstructionProps & { readonly count: number }): JSX.Element {
  const { t } = props.texts;
  return (
    <Words
      title={t("common.works")}
      lead={t("balloons.main_text", { count: props.count })}
      promise={t("common.best")}
      go={t("common.start")}
      onGo={props.onGo}
    >
      <p>{t("balloons.intro_odds", { most: props.most })}</p>
    </Words>
  );
}
