import { useState } from "preact/hooks";
import { createPressReader, type PressFacts, type PressReader } from "../../runner/presses.ts";
import { useAnswerKeys } from "../kit/use-answer-keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { type Drag, useDrag } from "./drag.ts";
import { type Scene, tell, type Told } from "./words.ts";

const KEYS: Readonly<Record<string, string>> = { "1": "0", "2": "1", "3": "2" };

/** Answers whether the machine took it. */
export type OnPress = (choice: string, facts: PressFacts, timeStamp: number) => boolean;

/** `pick-0` with an empty hand, else `0-2`. */
export function choiceOf(held: number | null, peg: number): string {
  return held === null ? `pick-${String(peg)}` : `${String(held)}-${String(peg)}`;
}

export interface Pegs {
  readonly reader: PressReader;
  readonly drag: Drag;
  readonly press: (peg: number, facts: PressFacts, timeStamp: number) => boolean;
  /** What the last press did, for as long as its problem is on the screen. */
  readonly told: Told | null;
}

/** The three ways to move a disc: two presses, two keys, or a pull from peg to peg. */
export function usePegs(props: TaskViewProps & { readonly scene: Scene; readonly onPress: OnPress }): Pegs {
  const { scene, texts, onPress } = props;
  const { board, held, stimulus } = scene;
  const [reader] = useState(createPressReader);
  const [said, setSaid] = useState<(Told & { readonly stimulus: string }) | null>(null);
  const active = scene.phase === "puzzle" && scene.shown && !props.paused;
  const press = (peg: number, facts: PressFacts, timeStamp: number, inHand = held): boolean => {
    const taken = active && onPress(choiceOf(inHand, peg), facts, timeStamp);
    if (taken) setSaid({ stimulus, ...tell(texts, { ...scene, held: inHand }, peg) });
    return taken;
  };
  const drag = useDrag(reader, (from, to) => {
    const inHand = held === from.peg;
    const lifts = held === null && (board[from.peg]?.length ?? 0) > 0;
    if (inHand || (lifts && press(from.peg, from.facts, from.timeStamp)))
      press(to.peg, to.facts, to.timeStamp, from.peg);
  });
  useAnswerKeys({
    active,
    keys: KEYS,
    onActivate: reader.noteKey,
    onChoice: (peg, event) => press(Number(peg), { source: "keyboard", trusted: event.isTrusted }, event.timeStamp),
  });
  return { reader, drag, press, told: said?.stimulus === stimulus ? said : null };
}
