import type { CardsView } from "@tallystick/tasks/cards/v1/machine";
import type { JSX } from "preact";
import type { TaskViewProps } from "../task-view.ts";
import { Words } from "../kit/words.tsx";
import { BoxFace, type BoxState } from "./box.tsx";
import { rule } from "./words.ts";

interface IntroProps extends TaskViewProps {
  readonly view: Extract<CardsView, { phase: "instructions" }>;
  readonly onGo: (event: MouseEvent) => void;
}

/** How two rounds of four boxes go: three opened and kept, and a loss met with the third. */
const KEPT: readonly BoxState[] = ["safe", "safe", "safe", "closed"];
const LOST: readonly BoxState[] = ["safe", "safe", "loss", "closed"];

export function Intro(props: IntroProps): JSX.Element {
  const { texts, view } = props;
  const { t } = texts;
  return (
    <Words
      heading={props.heading}
      title={t("cards.title")}
      lead={t("cards.intro_what", { points: view.pointsPerCard })}
      demo={<Demo {...props} />}
      promise={t("common.best")}
      keys={t("cards.keys")}
      go={t("common.try")}
      onGo={props.onGo}
    >
      <p>{t("cards.intro_honest")}</p>
      <p>
        <strong>{t("common.practice")}</strong>: {rule(texts, view.next)}
      </p>
    </Words>
  );
}

/** Shows itself once: boxes open one after the other and the stop is pressed; then a round that is lost. */
function Demo({ texts, view }: IntroProps): JSX.Element {
  const { t } = texts;
  const row = (states: readonly BoxState[]): JSX.Element => (
    <span class="demo-boxes">
      {states.map((state, box) => (
        <span key={box} class="box" data-state={state}>
          <BoxFace state={state} points={view.pointsPerCard} texts={texts} />
        </span>
      ))}
    </span>
  );
  return (
    <div class="cards-demo">
      <div class="demo-row">
        {row(KEPT)}
        <span class="stop">{t("cards.stop")}</span>
        <span class="gathered">{t("cards.sum", { count: 3 * view.pointsPerCard })}</span>
      </div>
      <div class="demo-row">
        {row(LOST)}
        <span class="gathered">{t("cards.sum", { count: 0 })}</span>
      </div>
    </div>
  );
}
