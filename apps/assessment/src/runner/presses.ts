import type { InputSource } from "@tallystick/tasks/runtime";
import { pageTrail, tenth, type Trail } from "./trail.ts";

/** How a press was made, as the machine's input wants it. */
export interface PressFacts {
  readonly source: InputSource;
  readonly dx?: number;
  readonly dy?: number;
  readonly trusted: boolean;
  readonly down?: boolean;
  /** The pointer's way to the press: `TaskInput.path`. */
  readonly path?: readonly number[];
}

/** The parts of a DOM event that are looked at; a real `PointerEvent` or `MouseEvent` has them. */
export interface PressEvent {
  readonly type: string;
  readonly isTrusted: boolean;
  readonly timeStamp: number;
  readonly detail: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly pointerType?: string;
}
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const POINTERS: readonly InputSource[] = ["mouse", "touch", "pen"];
/** A key's click follows its keydown (Enter) or keyup (Space) at once. */
const KEY_CLICK_MS = 100;
/** A click belongs to the pointer-down before it unless the finger rested longer than anyone holds a button. */
const DOWN_CLICK_MS = 10_000;

/**
 * Tells fingers from keys, assistive technology and scripts. A browser gives a click made by a key or by a screen
 * reader no pointer type and `detail` 0; a key was seen just before, a screen reader's was not.
 */
export interface PressReader {
  readonly noteKey: (timeStamp: number) => void;
  readonly noteDown: (timeStamp: number) => void;
  readonly read: (event: PressEvent, box: Box) => PressFacts;
}

/** Older Safari's clicks have no pointer type at all; theirs are counted by `detail`. */
export function isPointerPress(event: PressEvent): boolean {
  return event.pointerType === undefined ? event.detail > 0 : POINTERS.some((name) => name === event.pointerType);
}

export function createPressReader(trail: Trail | null = pageTrail()): PressReader {
  let keyAt = Number.NEGATIVE_INFINITY;
  let downAt = Number.NEGATIVE_INFINITY;
  return {
    noteKey(timeStamp) {
      keyAt = timeStamp;
    },
    noteDown(timeStamp) {
      downAt = timeStamp;
    },
    read(event, box) {
      if (isPointerPress(event)) {
        const pointer = POINTERS.find((name) => name === event.pointerType);
        const down = event.type === "pointerdown" || event.timeStamp - downAt < DOWN_CLICK_MS;
        downAt = Number.NEGATIVE_INFINITY;
        const centre = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
        const offset = { dx: tenth(event.clientX - centre.x), dy: tenth(event.clientY - centre.y) };
        const path = trail?.take(event.timeStamp, centre) ?? null;
        const facts = { source: pointer ?? "unknown", ...offset, trusted: event.isTrusted, down } as const;
        return path === null ? facts : { ...facts, path };
      }
      if (!event.isTrusted) return { source: "unknown", trusted: false, down: false };
      return {
        source: event.timeStamp - keyAt < KEY_CLICK_MS ? "keyboard" : "assistive",
        trusted: true,
      };
    },
  };
}

/** A button that has just appeared was not aimed at: thumbs still tapping the screen before it must not press it. */
const FRESH_MS = 300;

/** Lets those presses through that were meant for this button. */
export interface ButtonGate {
  readonly noteDown: () => void;
  readonly admits: (event: PressEvent) => boolean;
}

/**
 * A finger that went down on the screen before lifts off over the button that took its place, and the browser clicks
 * that one: only a press that also began on the button counts. `appearedAt`: the page's clock, ms.
 */
export function createButtonGate(appearedAt: number): ButtonGate {
  let wentDown = false;
  return {
    noteDown() {
      wentDown = true;
    },
    admits(event) {
      const began = wentDown || !isPointerPress(event);
      wentDown = false;
      return began && event.timeStamp - appearedAt >= FRESH_MS;
    },
  };
}
