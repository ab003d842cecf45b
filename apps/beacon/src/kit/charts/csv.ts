/** What a table and its file hold of each row; one description, so that both say the same. */
export interface ChartColumn<Row> {
  /** With its unit: `Median (s)`. */
  readonly title: string;
  /** null: nothing was measured; an empty cell. */
  readonly value: (row: Row) => string | number | null;
}

/**
 * Lines of RFC 4180. A text that a spreadsheet would read as a formula gets an apostrophe in front, which the spreadsheet
 * hides (OWASP "CSV Injection"); numbers stay numbers. Begins with a byte order mark, or Excel reads UTF-8 as something else.
 */
export function toCsv<Row>(columns: readonly ChartColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  return `\u{feff}${lines.map((line) => `${line.map(cellOf).join(",")}\r\n`).join("")}`;
}

function cellOf(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
