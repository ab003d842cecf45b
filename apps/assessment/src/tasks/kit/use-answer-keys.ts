import { useEffect } from "preact/hooks";

export interface AnswerKeys {
  readonly active: boolean;
  /** Key (`KeyboardEvent.key`) to choice, e.g. `{ "1": "left", ArrowLeft: "left" }`. */
  readonly keys: Readonly<Record<string, string>>;
  /** Answers whether it took the key; a key that was taken does nothing else. */
  readonly onChoice: (choice: string, event: KeyboardEvent) => boolean;
  /** Hears Enter and Space, whose click on the focused button follows at once: `reader.noteKey`. */
  readonly onActivate: (timeStamp: number) => void;
}

/** Keys work wherever the focus is; with modifiers, and while held down, they stay the browser's. */
export function useAnswerKeys(options: AnswerKeys): void {
  useEffect(() => {
    if (!options.active) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Enter" || event.key === " ") {
        options.onActivate(event.timeStamp);
        return;
      }
      if (event.type !== "keydown" || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
      const choice = Object.hasOwn(options.keys, event.key) ? options.keys[event.key] : undefined;
      if (choice !== undefined && options.onChoice(choice, event)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener("keyup", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("keyup", onKey);
    };
  });
}
