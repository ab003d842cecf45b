import { inWords, type Machine } from "../machine.ts";
import type { Frames, PlayedFrames } from "./frames.ts";
import { SLOW } from "./slow-phone.ts";

export interface PhoneReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly machine: Machine;
  readonly browser: string;
  readonly loads: { readonly count: number; readonly medianMs: number; readonly worstMs: number };
  /** Most of all loads, over the line. */
  readonly bytes: number;
  readonly requests: number;
  readonly bareFrames: Frames;
  readonly frames: PlayedFrames;
}

/** The page docs/performance-phone.md. */
export function renderPhone({ at, machine, browser, loads, bytes, requests, bareFrames, frames }: PhoneReport): string {
  return `# The applicant's page on a slow phone

Written by \`npm run bench:phone\` on ${at.slice(0, 10)}: ${inWords(machine)}; Chromium ${browser}, 390 × 844, twice the pixels.
The browser's own emulation makes the phone: ${SLOW.latencyMs} ms for each request, ${SLOW.megabitsPerSecond} Mbit/s, a processor ${SLOW.cpuSlowdown} times slower than this
machine's. Server, PostgreSQL, browser and the hand that plays share the machine.

| What | Measured | Target |
|---|---:|---|
| Opening the link → largest contentful paint, redirect included, nothing in the cache (median of ${loads.count}) | ${seconds(loads.medianMs)} | ≤ 1.8 s |
| The slowest of them | ${seconds(loads.worstMs)} | |
| Over the line for the first screen and everything it fetches ahead | ${Math.round(bytes / 1000)} kB in ${requests} requests | |
| Frames dropped while something moves, over ${frames.playedSeconds.toFixed(0)} s of play of \`extended-1\` (${frames.due} frames due) | ${share(frames)} | < 2 % |
| The same of an empty page on which one box moves (${bareFrames.due} frames due) | ${share(bareFrames)} | |
`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function share({ due, dropped }: Frames): string {
  return `${((100 * dropped) / Math.max(1, due)).toFixed(2)} %`;
}
