import type { Moment } from "./timeline.ts";

/** Marks what is being pressed at this moment, and nothing else; it is brought in sight, as a new screen's head is. */
export function mark(room: HTMLElement | null, pressed: Moment | null): void {
  if (room === null) return;
  showHead(room);
  for (const marked of room.querySelectorAll("[data-played]")) marked.removeAttribute("data-played");
  if (pressed === null) return;
  const target = targetOf(room, pressed);
  target?.setAttribute("data-played", pressed.refused === null ? "taken" : "refused");
  target?.scrollIntoView({ block: "nearest" });
}

const heads = new WeakMap<HTMLElement, Element | null>();

/** The app itself scrolls to the top when a screen with another heading comes. */
function showHead(room: HTMLElement): void {
  const head = room.querySelector("h1");
  if (heads.get(room) === head) return;
  heads.set(room, head);
  room.scrollTop = 0;
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
