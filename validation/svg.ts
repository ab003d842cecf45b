/** Small figures without a library: text and lines that read on light and on dark ground. */

const STYLE = `text{font:12px system-ui,sans-serif;fill:#3a3f47}.soft{stroke:#8a919c;stroke-opacity:.45}.axis{stroke:#6b7280}
.mark{fill:#2563a8;stroke:#2563a8}.bar{fill:#2563a8;fill-opacity:.75}.aim{stroke:#b45309;stroke-width:2}.span{fill:#b45309;fill-opacity:.18}
@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.mark{fill:#6cb0f5;stroke:#6cb0f5}.bar{fill:#6cb0f5}.aim{stroke:#f0a94b}.span{fill:#f0a94b}}`;

/** Told apart on both grounds; used again with a dash when there are more lines than colours. */
const COLOURS = ["#3b82c4", "#c2571a", "#3d9a50", "#a855c7", "#b08900", "#d0487e", "#1c9a9a", "#8a6d5c"];
const DASHES = ["", "6 3", "2 3"];

export interface Frame {
  readonly title: string;
  /** What it shows, for those who can not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

export function svg({ title, description, width, height }: Frame, body: readonly string[]): string {
  const size = `viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="t d">`,
    `<title id="t">${escapeXml(title)}</title>`,
    `<desc id="d">${escapeXml(description)}</desc>`,
    `<style>${STYLE}</style>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

/** Coordinates are rounded: a tenth of a pixel is seen by nobody. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

export function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${px(x)}" y="${px(y)}"${more}>${escapeXml(words)}</text>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], kind: string): string {
  return `<line x1="${px(from[0])}" y1="${px(from[1])}" x2="${px(to[0])}" y2="${px(to[1])}" class="${kind}"/>`;
}

export const END = ' text-anchor="end"';
export const MIDDLE = ' text-anchor="middle"';

export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Pixels of the ends. */
  readonly start: number;
  readonly end: number;
}

export const place = ({ from, to, start, end }: Scale, value: number): number =>
  start + ((value - from) / (to - from)) * (end - start);

/** Stroke of the n-th line of a figure, from 0. */
export function stroke(index: number): string {
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length] ?? "";
  const colour = COLOURS[index % COLOURS.length] ?? "#888";
  return `fill="none" stroke="${colour}" stroke-width="2"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}`;
}
