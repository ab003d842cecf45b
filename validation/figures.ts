import { scoreTenths } from "@tallystick/simulation/statistics";
import { coverage, scoresOf, traitPrecision } from "./precision.ts";
import type { Results } from "./studies.ts";
import { END, line, MIDDLE, place, px, type Scale, stroke, svg, text } from "./svg.ts";
import { actsOf, operatingCurve } from "./trust.ts";

/** By the name of the file, without its ending. */
export function figures(results: Results): Readonly<Record<string, string>> {
  return {
    retest: retestFigure(results),
    coverage: coverageFigure(results),
    tenths: tenthsFigure(results),
    "data-confidence": trustFigure(results),
  };
}

interface DotRow {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly aim: number;
}

interface Dots {
  readonly title: string;
  readonly description: string;
  readonly axis: string;
  readonly rows: readonly DotRow[];
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Distance from the aim that is allowed. */
  readonly within: number;
  readonly label: (value: number) => string;
}

const ROW_PX = 22;

/** One row each: the allowed span about the aim, the value, its interval. */
function dots({ title, description, axis, rows, from, to, ticks, within, label }: Dots): string {
  const scale: Scale = { from, to, start: 220, end: 620 };
  const bottom = 20 + rows.length * ROW_PX;
  const grid = ticks.flatMap((tick) => [
    line([place(scale, tick), 12], [place(scale, tick), bottom], "soft"),
    text(place(scale, tick), bottom + 16, label(tick), MIDDLE),
  ]);
  const marks = rows.flatMap(({ name, value, low, high, aim }, index) => {
    const y = 24 + index * ROW_PX;
    const [left, right] = [place(scale, aim - within), place(scale, aim + within)];
    return [
      text(scale.start - 12, y + 4, name, END),
      `<rect x="${px(left)}" y="${px(y - 8)}" width="${px(right - left)}" height="16" class="span"/>`,
      line([place(scale, aim), y - 8], [place(scale, aim), y + 8], "aim"),
      line([place(scale, low), y], [place(scale, high), y], "mark"),
      `<circle cx="${px(place(scale, value))}" cy="${px(y)}" r="4" class="mark"/>`,
    ];
  });
  const axisText = text(320, bottom + 36, axis, MIDDLE);
  return svg({ title, description, width: 640, height: bottom + 46 }, [...grid, ...marks, axisText]);
}

function retestFigure(results: Results): string {
  const rows = traitPrecision(results).flatMap(({ trait, retest, sameDay, traitShare, withDay }) => [
    { name: `${trait}, two days`, ...retest, aim: traitShare },
    ...(withDay === null ? [] : [{ name: `${trait}, same day`, ...sameDay, aim: withDay }]),
  ]);
  return dots({
    title: "How two sessions of the same people agree",
    description:
      "For each trait the correlation of two days and of two attempts on one day, beside what was asked for.",
    axis: "correlation of z′ (no unit); line: asked for, shade: ± 0.03, dot: measured with 95 % interval",
    rows,
    from: 0.4,
    to: 1,
    ticks: [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    within: 0.03,
    label: (value) => value.toFixed(1),
  });
}

function coverageFigure(results: Results): string {
  return dots({
    title: "How often the 80 % band holds the truth",
    description: "For each trait the share of sessions whose band contains the person's long-run mean.",
    axis: "sessions, %; line: 80, shade: ± 2, dot: measured with 95 % interval",
    rows: coverage(results, "plain").map(({ trait, covered }) => ({ name: trait, ...covered, aim: 0.8 })),
    from: 0.6,
    to: 1,
    ticks: [0.6, 0.7, 0.8, 0.9, 1],
    within: 0.02,
    label: (value) => String(Math.round(100 * value)),
  });
}

function tenthsFigure(results: Results): string {
  const x: Scale = { from: 0, to: 100, start: 50, end: 620 };
  const y: Scale = { from: 0, to: 0.15, start: 220, end: 14 };
  const top = place(y, 0.115);
  const body = [
    ...[0, 0.05, 0.1, 0.15].flatMap((tick) => [
      line([x.start, place(y, tick)], [x.end, place(y, tick)], "soft"),
      text(x.start - 8, place(y, tick) + 4, String(Math.round(100 * tick)), END),
    ]),
    `<rect x="${px(x.start)}" y="${px(top)}" width="${px(x.end - x.start)}" height="${px(place(y, 0.085) - top)}" class="span"/>`,
    ...scoreTenths(scoresOf(results)).map((share, tenth) => {
      const left = place(x, tenth * 10) + 4;
      const height = y.start - place(y, share);
      return `<rect x="${px(left)}" y="${px(y.start - height)}" width="${px(place(x, 10) - x.start - 8)}" height="${px(height)}" class="bar"/>`;
    }),
    ...Array.from({ length: 11 }, (_, at) => text(place(x, at * 10), y.start + 18, String(at * 10), MIDDLE)),
    text(
      (x.start + x.end) / 2,
      y.start + 40,
      "score (percentile of risk); people, % of all; shade: 10 ± 1.5 %",
      MIDDLE,
    ),
  ];
  const description = "Share of a fresh honest population in each tenth of the scale from 1 to 99.";
  return svg({ title: "Scores of a fresh population", description, width: 640, height: 270 }, body);
}

function trustFigure(results: Results): string {
  const acts = actsOf(results);
  const x: Scale = { from: 0, to: 100, start: 50, end: 470 };
  const y: Scale = { from: 0, to: 1, start: 320, end: 14 };
  const height = Math.max(370, 30 + acts.length * 18);
  const body = [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((tick) => [
      line([x.start, place(y, tick)], [x.end, place(y, tick)], "soft"),
      text(x.start - 8, place(y, tick) + 4, String(Math.round(100 * tick)), END),
    ]),
    ...[0, 20, 40, 50, 60, 70, 80, 100].map((tick) => text(place(x, tick), y.start + 18, String(tick), MIDDLE)),
    ...[50, 70].map((limit) => line([place(x, limit), y.end], [place(x, limit), y.start], "axis")),
    ...acts.flatMap((act, index) => {
      const points = operatingCurve(act).map((share, t) => `${px(place(x, t))},${px(place(y, share))}`);
      const level = 20 + index * 18;
      const name = act.group === "as fitted" ? act.player : `${act.player}, ${act.group}`;
      return [
        `<polyline points="${points.join(" ")}" ${stroke(index)}/>`,
        `<polyline points="${px(490)},${px(level)} ${px(514)},${px(level)}" ${stroke(index)}/>`,
        text(522, level + 4, name),
      ];
    }),
    text((x.start + x.end) / 2, y.start + 40, "data confidence below t (points, 0 to 100); sessions, %", MIDDLE),
  ];
  const description =
    "For each player the share of sessions whose data confidence lies below t. The lines at 50 and 70 are the limits of LOW and HIGH.";
  return svg({ title: "Who falls below which data confidence", description, width: 720, height }, body);
}
