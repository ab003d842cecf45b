import type { BlocksView } from "@tallystick/tasks/block_memory/v1/machine";
import type { JSX } from "preact";
import type { LiveRun } from "../../runner/use-run.ts";
import { Button } from "../../screens/parts.tsx";
import { Words } from "../kit/words.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Sign } from "./cue.tsx";
import { place } from "./scene.ts";

type InstructionProps = TaskViewProps & {
  readonly view: Extract<BlocksView, { phase: "instructions" }>;
  readonly run: LiveRun<BlocksView>;
};

export function Instruction(props: InstructionProps): JSX.Element {
  const { view, run } = props;
  const { t } = props.texts;
  const go = (event: MouseEvent): void => {
    run.give({ kind: "continue", stimulus: view.stimulus }, event.timeStamp);
  };
  switch (view.stimulus) {
    case "intro":
      return <Intro key="intro" {...props} onGo={go} />;
    case "practice-again":
      return (
        <Words
          key="again"
          title={t("blocks.again_title")}
          lead={t("blocks.again_text")}
          demo={<Demo texts={props.texts} />}
          go={t("common.practise")}
          onGo={go}
        />
      );
    case "main": {
      const { done, total } = run.progress();
      return (
        <Words
          key="main"
          title={t("common.real")}
          lead={t("blocks.main_text", { count: total - done })}
          promise={t("common.best")}
          go={t("common.start")}
          onGo={go}
        />
      );
    }
  }
}

function Intro(props: InstructionProps & { readonly onGo: (event: MouseEvent) => void }): JSX.Element {
  const { view, run, texts } = props;
  const { t } = texts;
  const spoken = view.form === "spoken";
  const otherForm = (event: MouseEvent): void => {
    run.give({ kind: "mode", stimulus: view.stimulus, choice: spoken ? "lit" : "spoken" }, event.timeStamp);
  };
  return (
    <Words
      heading={props.heading}
      title={t("blocks.title")}
      lead={t("blocks.intro_what")}
      demo={<Demo texts={texts} />}
      promise={t("common.best")}
      keys={t("blocks.keys")}
      go={t("common.practise")}
      onGo={props.onGo}
      more={
        <>
          <Button quiet onPress={otherForm}>
            {t(spoken ? "blocks.lit" : "blocks.spoken")}
          </Button>
          {!spoken && <p class="hint">{t("blocks.spoken_hint")}</p>}
        </>
      }
    >
      <p role="status" class="status">
        {spoken ? t("blocks.spoken_on") : ""}
      </p>
    </Words>
  );
}

/** Blocks of a small board of its own, in the order in which they light up and are tapped; 0: never. */
const DEMO = [
  [150, 250, 1],
  [420, 700, 0],
  [500, 220, 3],
  [700, 680, 2],
  [860, 270, 0],
] as const;

/** Three blocks light up, then the same three are tapped, once. Who asked for less motion sees their order as numbers. */
function Demo({ texts }: Pick<TaskViewProps, "texts">): JSX.Element {
  return (
    <>
      <div class="board" dir="ltr">
        {DEMO.map(([x, y, order]) => (
          <div key={x} class="spot" style={{ ...place(x, y), "--order": order }} data-order={order}>
            <span class="block">{order > 0 && <b>{texts.number(order)}</b>}</span>
          </div>
        ))}
        <div class="demo-hand">
          <Sign name="turn" />
        </div>
      </div>
      <div class="demo-cues">
        <p class="cue-words">
          <Sign name="watch" /> {texts.t("blocks.watch")}
        </p>
        <p class="cue-words">
          <Sign name="turn" /> {texts.t("blocks.turn")}
        </p>
      </div>
    </>
  );
}
