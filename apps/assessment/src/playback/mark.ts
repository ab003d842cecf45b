import type { Moment } from "./timeline.ts";

/** Marks what is being pressed at this moment, and nothing else. */
export function mark(room: HTMLElement | null, pressed: Moment | null): void {
  if (room === null) return;
  for (const marked of room.querySelectorAll("[data-played]")) marked.removeAttribute("data-played");
  if (pressed === null) return;
  const target = targetOf(room, pressed);
  target?.setAttribute("data-played", pressed.refused === null ? "taken" : "refused");
}

/** The element that the input was given with; null where none was, as for a screen that left by itself. */
function targetOf(room: HTMLElement, { input }: Moment): Element | null {
  switch (input.kind) {
    case "press":
      return input.choice === undefined ? null : room.querySelector(`[data-choice="${CSS.escape(input.choice)}"]`);
    case "continue":
      return room.querySelector(".button.primary, .stage .button:not(.quiet)");
    case "mode":
      return room.querySelector(".button.quiet");
    default:
      return null;
  }
}
