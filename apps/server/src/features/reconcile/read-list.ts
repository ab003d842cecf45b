import { Readable } from "node:stream";
import { setImmediate as otherWork } from "node:timers/promises";

import { MAX_RECONCILE_LINES, type ReconcileRow } from "@tallystick/contract";
import { CsvError, parse } from "csv-parse";

import { fail } from "../../infra/errors.ts";

/** One line of the lender's list, with its number there. */
export interface ListedRow extends ReconcileRow {
  readonly line: number;
}

const COLUMNS = ["uid", "score", "risk_band", "state", "integration_id"] as const;
type Column = (typeof COLUMNS)[number];

/** Parsed piece by piece, so that a long list does not keep other requests waiting. */
const PIECE = 65_536;

/** The rows of a JSON list, numbered from 1. Throws `list_too_long`. */
export function numberRows(rows: readonly ReconcileRow[]): readonly ListedRow[] {
  refuseTooLong(rows.length);
  return rows.map((row, index) => ({ ...row, line: index + 1 }));
}

/**
 * A CSV with a header that names `uid`, or a plain list with one uid a line. Delimiter `,`, `;` or tab; byte order mark,
 * CRLF, quotes, blank lines and unknown columns are taken. Throws `list_invalid` with the line, `list_too_long`.
 */
export async function readList(text: string): Promise<readonly ListedRow[]> {
  const rows: ListedRow[] = [];
  let columns: readonly (Column | null)[] | null = null;
  try {
    for await (const { record, info } of records(text)) {
      const cells = record.map((cell) => cell.trim());
      if (cells.every((cell) => cell === "")) continue;
      if (columns === null) {
        columns = headerOf(cells);
        if (columns !== null) continue;
        columns = plainColumns(cells);
      }
      rows.push(rowOf(cells, columns, info.lines));
      // A stream in memory never lets go of the thread by itself.
      if (rows.length % 1_000 === 0) await otherWork();
      // Counted while reading: a file of millions is refused before it fills the memory.
      if (rows.length > MAX_RECONCILE_LINES + 1_000) break;
    }
  } catch (error) {
    if (error instanceof CsvError) throw fail("list_invalid", `${error.message}.`, { cause: error });
    throw error;
  }
  if (rows.length === 0) throw fail("list_invalid", "The list is empty; send at least one uid.");
  refuseTooLong(rows.length);
  return rows;
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function records(text: string): AsyncIterable<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(text),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 100_000,
  });
  const pieces = Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
  Readable.from(pieces).pipe(parser);
  // With `info` every record comes with where it stood.
  return parser as AsyncIterable<CsvRecord>;
}

/** The one that stands most often in the first line; a plain list has none. */
function delimiterOf(text: string): string {
  const [first = ""] = text.split(/\r?\n/, 1);
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: first.split(sign).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.sign ?? ",";
}

/** null when the line is no header: no cell of it is called uid. */
function headerOf(cells: readonly string[]): readonly (Column | null)[] | null {
  const names = cells.map((cell) => cell.toLowerCase().replaceAll(/[\s-]+/g, "_"));
  if (!names.includes("uid")) return null;
  const columns = names.map((name) => COLUMNS.find((column) => column === name) ?? null);
  const twice = columns.find((column, index) => column !== null && columns.indexOf(column) !== index);
  if (twice !== undefined) throw fail("list_invalid", `The header names the column ${twice ?? ""} twice.`);
  return columns;
}

function plainColumns(cells: readonly string[]): readonly Column[] {
  if (cells.length === 1) return ["uid"];
  throw fail("list_invalid", `Line 1 has ${cells.length} columns, none of which is called uid. Add a header line.`);
}

function rowOf(cells: readonly string[], columns: readonly (Column | null)[], line: number): ListedRow {
  const value = (column: Column): string | undefined => {
    const cell = cells[columns.indexOf(column)];
    return cell === "" ? undefined : cell;
  };
  const uid = value("uid");
  if (uid === undefined) throw fail("list_invalid", `Line ${line}: uid is empty.`);
  if (uid.includes("\0")) throw fail("list_invalid", `Line ${line}: uid holds a NUL; save the list as UTF-8 text.`);
  return {
    line,
    uid: uid.slice(0, 500),
    score: scoreOf(value("score"), line),
    risk_band: value("risk_band"),
    state: value("state"),
    integration_id: value("integration_id"),
  };
}

function scoreOf(text: string | undefined, line: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d{1,9}(\.0+)?$/.test(text)) return Number(text);
  throw fail("list_invalid", `Line ${line}: score takes a whole number or nothing, not "${text.slice(0, 40)}".`);
}

function refuseTooLong(lines: number): void {
  if (lines <= MAX_RECONCILE_LINES) return;
  throw fail(
    "list_too_long",
    `The list has ${lines > MAX_RECONCILE_LINES + 1_000 ? "far more than 50000" : lines} lines; at most ${MAX_RECONCILE_LINES} are compared at once.`,
  );
}
