import { indexAt, type Position, type Timeline } from "./timeline.ts";

export const SPEEDS = [1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** Of a wait without any input so much is left, half before and half after; shorter ones stay. */
const SHORTENED_MS = 3_000;

export interface PlayerState extends Position {
  readonly playing: boolean;
  readonly speed: Speed;
  /** Long waits are cut short. */
  readonly shorten: boolean;
  /** Counts the jumps: after one the screen is built anew. */
  readonly jumps: number;
}

export const AT_START: PlayerState = {
  index: -1,
  timeMs: 0,
  playing: false,
  speed: 1,
  shorten: false,
  jumps: 0,
};

export type Act =
  | { readonly kind: "play" | "pause" }
  /** So much time of the reader's clock has passed. */
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "seek"; readonly timeMs: number }
  | { readonly kind: "go_to"; readonly index: number }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "speed"; readonly speed: Speed }
  | { readonly kind: "shorten"; readonly on: boolean };

/** The clock of a playback: pure, so that whoever draws it decides when time passes. */
export function act(timeline: Timeline, state: PlayerState, doing: Act): PlayerState {
  switch (doing.kind) {
    case "play":
      // At the end it begins anew.
      return state.timeMs >= timeline.durationMs
        ? { ...jump(state, START), playing: true }
        : { ...state, playing: true };
    case "pause":
      return { ...state, playing: false };
    case "advance":
      return state.playing ? advance(timeline, state, doing.ms * state.speed) : state;
    case "seek": {
      const timeMs = Math.min(timeline.durationMs, Math.max(0, doing.timeMs));
      return jump(state, { timeMs, index: indexAt(timeline, timeMs) });
    }
    case "go_to":
      return goTo(timeline, state, doing.index);
    case "step":
      return goTo(timeline, state, state.index + doing.by);
    case "speed":
      return { ...state, speed: doing.speed };
    case "shorten":
      return { ...state, shorten: doing.on };
  }
}

const START: Position = { index: -1, timeMs: 0 };

function jump(state: PlayerState, to: Position): PlayerState {
  return { ...state, ...to, jumps: state.jumps + 1 };
}

/** The moment at which an input was given; playing stops there, so that it can be looked at. */
function goTo(timeline: Timeline, state: PlayerState, index: number): PlayerState {
  const paused = { ...state, playing: false };
  if (index < 0) return jump(paused, START);
  const moment = timeline.moments[index];
  if (moment !== undefined) return jump(paused, { index, timeMs: moment.atMs });
  return jump(paused, { index: timeline.moments.length - 1, timeMs: timeline.durationMs });
}

function advance(timeline: Timeline, state: PlayerState, ms: number): PlayerState {
  const next = timeline.moments[state.index + 1];
  const timeMs = skipped(timeline, state, state.timeMs + ms);
  if (timeMs >= timeline.durationMs) {
    return { ...state, index: timeline.moments.length - 1, timeMs: timeline.durationMs, playing: false };
  }
  if (next === undefined || next.atMs > timeMs) return { ...state, timeMs };
  return { ...state, timeMs, index: indexAt(timeline, timeMs) };
}

/** Where a long wait is cut short, the time near its end. */
function skipped({ moments }: Timeline, { index, shorten }: PlayerState, timeMs: number): number {
  const next = moments[index + 1];
  if (!shorten || next === undefined) return timeMs;
  const beganMs = moments[index]?.atMs ?? 0;
  if (next.atMs - beganMs <= SHORTENED_MS || timeMs < beganMs + SHORTENED_MS / 2) return timeMs;
  return Math.max(timeMs, next.atMs - SHORTENED_MS / 2);
}
