import { useEffect } from "preact/hooks";

/** Physical sides, whatever the writing direction. */
const SIDES: Readonly<Record<string, "left" | "right" | "hold">> = {
  ArrowLeft: "left",
  "1": "left",
  ArrowRight: "right",
  "2": "right",
  ArrowDown: "hold",
  "3": "hold",
};

/**
 * Keys work wherever the focus is. `onSide` answers whether it took the key; `onActivate` hears Enter and Space, whose
 * click on the focused button follows at once.
 */
export function useSideKeys(options: {
  readonly active: boolean;
  readonly onSide: (side: "left" | "right" | "hold", event: KeyboardEvent) => boolean;
  readonly onActivate: (timeStamp: number) => void;
}): void {
  useEffect(() => {
    if (!options.active) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Enter" || event.key === " ") {
        options.onActivate(event.timeStamp);
        return;
      }
      if (event.type !== "keydown" || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
      const side = SIDES[event.key];
      if (side !== undefined && options.onSide(side, event)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener("keyup", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("keyup", onKey);
    };
  });
}
