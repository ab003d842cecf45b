import type { Estimate } from "@tallystick/simulation/statistics";

/** One line of the table at the top of the page. */
export interface Criterion {
  readonly name: string;
  readonly target: string;
  /** With its 95 % interval where it has one. */
  readonly measured: string;
  /** Judged by the measured value itself; the interval says how far chance may have moved it. */
  readonly holds: boolean;
}

/** A true minus sign, and no minus before a zero. */
export function fixed(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

export function withInterval({ value, low, high }: Estimate, digits = 3): string {
  return `${fixed(value, digits)} (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

export function percentWithInterval({ value, low, high }: Estimate, digits = 1): string {
  return `${fixed(100 * value, digits)} % (${fixed(100 * low, digits)} to ${fixed(100 * high, digits)})`;
}

/** `|a|b|` lines under a head; `right` says which columns are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(head), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}
