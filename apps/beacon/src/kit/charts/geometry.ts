/** Where things stand in a drawing. Everything is in percent or in a box of its own, so nothing has to be measured. */

/** The smallest of 1, 2, 2.5, 5 or 10 times a power of ten that is not below the value; 1 for nothing. */
export function niceMax(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  // A tiny allowance: 0.3 / 0.1 is a little above 3.
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** `0 %` to `100 %` of the most there is; something that is not nothing stays visible. */
export function lengthOf(value: number, max: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return Math.min(100, Math.max(0.5, (value / max) * 100));
}

/** The box in which a line over days is drawn: as wide as 1000, as high as 100, stretched to its place. */
export const LINE_WIDTH = 1000;
export const LINE_HEIGHT = 100;

/** Of the place-th of so many points; one alone stands in the middle. */
export function xOf(place: number, count: number): number {
  return count < 2 ? LINE_WIDTH / 2 : (place / (count - 1)) * LINE_WIDTH;
}

/** The point that is nearest to a place across the drawing, 0 to 1. */
export function placeAt(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));
}

/**
 * An SVG path through the values; where one is missing the line breaks, and a value between two gaps is a short stroke,
 * or it would not be seen.
 */
export function linePath(values: readonly (number | null)[], max: number): string {
  const half = LINE_WIDTH / Math.max(2, values.length) / 4;
  return values
    .map((value, place) => {
      if (value === null) return "";
      const y = round(LINE_HEIGHT - (Math.min(value, max) / max) * LINE_HEIGHT);
      const x = xOf(place, values.length);
      const before = values[place - 1] ?? null;
      const after = values[place + 1] ?? null;
      if (before === null && after === null) return `M${round(x - half)} ${y}H${round(x + half)}`;
      return `${before === null ? "M" : "L"}${round(x)} ${y}`;
    })
    .join("");
}

/** At most so many places along a line, first and last among them, evenly between. */
export function spread(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_none, place) => place);
  return Array.from({ length: most }, (_none, step) => Math.round((step * (count - 1)) / (most - 1)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
