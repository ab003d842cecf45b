import { useAnswerKeys } from "./kit/use-answer-keys.ts";

export type KeySide = "left" | "right" | "hold";

/** Physical sides, whatever the writing direction. */
const SIDES: Readonly<Record<string, KeySide>> = {
  ArrowLeft: "left",
  "1": "left",
  ArrowRight: "right",
  "2": "right",
  ArrowDown: "hold",
  "3": "hold",
};

/** The keys of tasks with a left and a right; `onSide` answers whether it took the key. */
export function useSideKeys(options: {
  readonly active: boolean;
  readonly onSide: (side: KeySide, event: KeyboardEvent) => boolean;
  readonly onActivate: (timeStamp: number) => void;
}): void {
  useAnswerKeys({
    active: options.active,
    keys: SIDES,
    onChoice: (_, event) => {
      const side = SIDES[event.key];
      return side !== undefined && options.onSide(side, event);
    },
    onActivate: options.onActivate,
  });
}
