import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Texts } from "../../i18n/texts.ts";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { Title } from "../../screens/parts.tsx";
import { AnswerButton } from "../kit/answer-button.tsx";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { Cue } from "./cue.tsx";
import { type BoardView, place } from "./scene.ts";

interface BoardProps extends TaskViewProps {
  readonly view: BoardView;
  readonly lit: string | null;
  readonly onTap: (choice: string, facts: PressFacts, timeStamp: number) => void;
}

/** The same places in every writing direction. Numbers are printed where there is a keyboard, and where they are spoken. */
export function Board(props: BoardProps): JSX.Element {
  const { view, lit, texts, onTap } = props;
  const [reader] = useState(createPressReader);
  const numbers = useMemo(() => numberBlocks(view.blocks.length, texts), [view.blocks, texts]);
  useAnswerKeys({
    active: !props.paused,
    keys: numbers.keys,
    onActivate: reader.noteKey,
    onChoice(choice, event) {
      onTap(choice, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  const tapped = view.phase === "turn" ? view.taps : "";
  return (
    <main class="stage blocks" data-task="block_memory" data-phase={view.phase} data-stimulus={view.stimulus}>
      <Title hidden>{texts.t("blocks.title")}</Title>
      <Cue texts={texts} view={view} />
      <div class="board" dir="ltr" data-numbered={view.form === "spoken"}>
        {view.blocks.map(([x, y], index) => {
          const choice = String(index);
          const name = numbers.names[index] ?? "";
          return (
            <div key={choice} class="spot" style={place(x, y)} data-lit={lit === choice}>
              <AnswerButton
                class="block"
                choice={choice}
                reader={reader}
                onAnswer={onTap}
                label={texts.t("blocks.block", { number: index + 1 })}
                pressed={tapped.includes(choice)}
              >
                <kbd aria-hidden="true">{name}</kbd>
              </AnswerButton>
            </div>
          );
        })}
      </div>
      <p class="visually-hidden" aria-live="assertive">
        {spoken(props, numbers.names)}
      </p>
    </main>
  );
}

/** The number of the block in the spoken form; who watches hears only whose turn it is. */
function spoken({ view, texts }: BoardProps, names: readonly string[]): string {
  if (view.phase === "turn") return texts.t("blocks.turn");
  if (view.form === "lit") return texts.t("blocks.watch");
  return view.block === null ? texts.t("blocks.listen") : (names[Number(view.block)] ?? "");
}

interface Numbers {
  readonly names: readonly string[];
  /** Both the language's own digits and those that most keyboards have. */
  readonly keys: Readonly<Record<string, string>>;
}

function numberBlocks(count: number, texts: Texts): Numbers {
  const names = Array.from({ length: count }, (_, index) => texts.number(index + 1));
  const keys = names.flatMap((name, index) => [
    [name, String(index)],
    [String(index + 1), String(index)],
  ]);
  return { names, keys: Object.fromEntries(keys) as Record<string, string> };
}
