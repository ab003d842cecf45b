import { useState } from "preact/hooks";
import type { PressFacts, PressReader } from "../../runner/presses.ts";

export interface Drag {
  /** Peg under the finger since it went down. */
  readonly grip: number | null;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
    readonly onPointerCancel: () => void;
    /** A mouse may leave with its button down; a finger's events all come here, wherever it goes. */
    readonly onPointerLeave: () => void;
  };
}

export interface Touch {
  readonly peg: number;
  readonly facts: PressFacts;
  readonly timeStamp: number;
}

interface Place {
  readonly peg: number;
  readonly box: DOMRect;
}

function placeOf(target: EventTarget | null): Place | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-peg]") : null;
  return element === null ? null : { peg: Number(element.dataset["peg"]), box: element.getBoundingClientRect() };
}

/** Remembers where the finger went down until it comes up. */
function createTrack(): {
  readonly begin: (event: PointerEvent, place: Place) => void;
  readonly end: () => (Place & { readonly event: PointerEvent }) | null;
} {
  let down: (Place & { readonly event: PointerEvent }) | null = null;
  return {
    begin(event, place) {
      down = { event, ...place };
    },
    end() {
      const was = down;
      down = null;
      return was;
    },
  };
}

/**
 * Many people pull a disc instead of tapping twice: a finger that goes down on one peg and up on another has done both.
 * Where it comes up on the same peg, the click that follows is the answer and nothing is done here.
 */
export function useDrag(reader: PressReader, onDrag: (from: Touch, to: Touch) => void): Drag {
  const [track] = useState(createTrack);
  const [grip, setGrip] = useState<number | null>(null);
  const release = (): void => {
    track.end();
    setGrip(null);
  };
  return {
    grip,
    handlers: {
      onPointerDown(event) {
        const place = event.isPrimary && event.button === 0 ? placeOf(event.target) : null;
        if (place === null) return;
        track.begin(event, place);
        setGrip(place.peg);
      },
      onPointerUp(event) {
        const from = track.end();
        setGrip(null);
        const to = placeOf(document.elementFromPoint(event.clientX, event.clientY));
        if (from === null || to === null || to.peg === from.peg) return;
        const lifted = reader.read(from.event, from.box);
        reader.noteDown(from.event.timeStamp);
        const put = reader.read(event, to.box);
        onDrag(
          { peg: from.peg, facts: lifted, timeStamp: from.event.timeStamp },
          { peg: to.peg, facts: put, timeStamp: event.timeStamp },
        );
      },
      onPointerCancel: release,
      onPointerLeave: release,
    },
  };
}
