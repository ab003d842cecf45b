import { LANGUAGE_CODES } from "@tallystick/contract";
import { type Estimate, meanEstimate } from "@tallystick/simulation/statistics";
import { sd } from "@tallystick/tasks/statistics";
import { type Criterion, fixed, markdownTable, withInterval } from "./criterion.ts";
import { DEVICES, type RecordedSession, type Results } from "./studies.ts";

/** A shift smaller than this is none; one that is larger, with its whole interval, is detected. */
const NEGLIGIBLE_D = 0.05;

export interface DeviceShift {
  readonly name: string;
  readonly frameHz: number | undefined;
  /** People whose score changed, and who left a task unfinished. */
  readonly scoresChanged: number;
  readonly unfinished: number;
  /** Mean paired difference over the standard deviation between people as played (d). */
  readonly attention: Estimate;
  readonly planning: Estimate;
  readonly medianTap: Estimate;
}

export function deviceShifts({ devices }: Results): DeviceShift[] {
  return DEVICES.map((device, place) => {
    const pairs = devices.flatMap((recorded) => {
      const [before, after] = [recorded[0], recorded[place]];
      return before === undefined || after === undefined ? [] : [{ before, after }];
    });
    const frames = "frameHz" in device ? `${String(device.frameHz)} Hz` : "as played";
    return {
      name: `${frames}, +${String(device.delayMs)} ms`,
      frameHz: "frameHz" in device ? device.frameHz : undefined,
      scoresChanged: pairs.filter(({ before, after }) => before.score !== after.score).length,
      unfinished: pairs.filter(({ after }) => after.unfinished > 0).length,
      attention: pairedD(pairs, ({ attention }) => attention),
      planning: pairedD(pairs, ({ planning }) => planning),
      medianTap: pairedD(pairs, ({ medianTapMs }) => medianTapMs),
    };
  });
}

interface Pair {
  readonly before: RecordedSession;
  readonly after: RecordedSession;
}

function pairedD(pairs: readonly Pair[], value: (session: RecordedSession) => number | null): Estimate {
  const both = pairs.flatMap(({ before, after }) => {
    const [a, b] = [value(before), value(after)];
    return a === null || b === null ? [] : [{ a, b }];
  });
  const spread = sd(both.map(({ a }) => a));
  return meanEstimate(both.map(({ a, b }) => (b - a) / spread));
}

export function invarianceCriteria(results: Results): Criterion[] {
  const shifts = deviceShifts(results);
  const changed = results.devices.filter((recorded) =>
    recorded.some(({ score }) => score !== recorded[0]?.score),
  ).length;
  const farthest = shifts
    .filter(({ frameHz }) => frameHz === 60)
    .map(({ attention }) => attention)
    .reduce((worst, one) => (Math.abs(one.value) > Math.abs(worst.value) ? one : worst));
  const planted = shifts.find(({ name }) => name === "as played, +100 ms")?.medianTap ?? { value: 0, low: 0, high: 0 };
  const spoken = results.journeys.reduce((sum, { languagesChanged }) => sum + languagesChanged, 0);
  return [
    {
      name: "people whose score changes with +30, +60, +100 ms, at 60 or at 30 Hz",
      target: "0",
      measured: `${String(changed)} of ${String(results.devices.length)}`,
      holds: changed === 0,
    },
    {
      name: "attention at 60 Hz, the delay with the largest shift: |d|",
      target: `≤ ${fixed(NEGLIGIBLE_D, 2)}`,
      measured: withInterval(farthest),
      holds: Math.abs(farthest.value) <= NEGLIGIBLE_D,
    },
    {
      name: "the same test finds +100 ms planted in the median tap time: d",
      target: `> ${fixed(NEGLIGIBLE_D, 2)}, with its interval`,
      measured: withInterval(planted),
      holds: planted.low > NEGLIGIBLE_D,
    },
    {
      name: `results that change with the language (${String(LANGUAGE_CODES.length)} languages)`,
      target: "0",
      measured: `${String(spoken)} of ${String(results.journeys.length * LANGUAGE_CODES.length)}`,
      holds: spoken === 0,
    },
  ];
}

export function deviceTable(results: Results): string {
  return markdownTable(
    ["Recorded at", "Scores changed", "Attention, d", "Planning, d", "Median tap time, d", "Left a task unfinished"],
    deviceShifts(results).map(({ name, scoresChanged, attention, planning, medianTap, unfinished }) => [
      name,
      String(scoresChanged),
      withInterval(attention),
      withInterval(planning),
      withInterval(medianTap),
      String(unfinished),
    ]),
  );
}
