/**
 * One line of CSV (RFC 4180, CRLF). A cell that a spreadsheet would read as a formula gets an apostrophe in front,
 * which the spreadsheet hides: OWASP "CSV Injection". Numbers are given as numbers and stay as they are.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
