/** The parts of a pointer event that are looked at. */
export interface TrailEvent {
  readonly timeStamp: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly pointerType: string;
}

/** What the trail listens to: the document. */
export interface TrailTarget {
  addEventListener(
    name: "pointerdown" | "pointermove",
    listener: (event: TrailEvent) => void,
    options: { readonly capture: boolean; readonly passive: boolean },
  ): void;
}

/** Where the pointer went lately. */
export interface Trail {
  /**
   * The way to a press, relative to `centre`: up to 20 triples (ms before the press, x, y), oldest first, in 0.1 CSS px;
   * null when the pointer did not move. Empties the trail: a way belongs to one press.
   */
  readonly take: (timeStamp: number, centre: { readonly x: number; readonly y: number }) => readonly number[] | null;
}

interface Point {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

const MOST_POINTS = 20;
/** Older movement was no aim at this target. */
const LONGEST_MS = 1_500;
/** At 60 Hz every second frame: a hand's movement has nothing faster (its power ends near 10 Hz). */
const EVERY_MS = 24;
/** As many as `EVERY_MS` leaves of `LONGEST_MS`. */
const KEPT = 64;
/** A thumb that lands rolls a little. */
const MOVED_PX = 4;

export function createTrail(target: TrailTarget): Trail {
  let points: Point[] = [];
  let pointer = "";
  const note = (event: TrailEvent): void => {
    if (event.pointerType !== pointer) points = [];
    pointer = event.pointerType;
    const last = points[points.length - 1];
    if (last !== undefined && event.timeStamp - last.at < EVERY_MS) return;
    points.push({ at: event.timeStamp, x: event.clientX, y: event.clientY });
    if (points.length > KEPT) points.shift();
  };
  const options = { capture: true, passive: true };
  target.addEventListener("pointermove", note, options);
  target.addEventListener(
    "pointerdown",
    (event) => {
      // Each touch is a way of its own; a mouse's goes on through the press.
      if (event.pointerType === "touch") points = [];
      note(event);
    },
    options,
  );
  return {
    take(timeStamp, centre) {
      const recent = points.filter(({ at }) => at <= timeStamp && timeStamp - at <= LONGEST_MS);
      points = [];
      if (!hasMoved(recent)) return null;
      return thin(recent).flatMap(({ at, x, y }) => [
        Math.round(timeStamp - at),
        tenth(x - centre.x),
        tenth(y - centre.y),
      ]);
    },
  };
}

function hasMoved(points: readonly Point[]): boolean {
  const first = points[0];
  return first !== undefined && points.some(({ x, y }) => Math.abs(x - first.x) + Math.abs(y - first.y) >= MOVED_PX);
}

/** First, last, and evenly what lies between. */
function thin(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

/** Rounded to 0.1 CSS px; never −0, which JSON can not carry. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

let shared: Trail | null = null;

/** One for the page, from its first use on; null where there is no page. */
export function pageTrail(): Trail | null {
  if (typeof document === "undefined") return null;
  shared ??= createTrail(document);
  return shared;
}
