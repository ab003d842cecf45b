import { CsvError, parse, type Info } from "csv-parse";

import { fail, type AppError } from "../../infra/errors.ts";

/** One uid of a list, as it came in. */
export interface ListLine {
  /** Of the file, counted from 1; of items, their number. */
  readonly line: number;
  readonly uid: string;
  readonly language?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const MAX_RECORD_CHARACTERS = 16_384;
const DELIMITERS = [",", ";", "\t"] as const;
const METADATA = /^metadata\.(.+)$/;

/**
 * The lines of a CSV text: with a header that names `uid` (and `language`, `metadata.<name>`), or one uid on each line.
 * Comma, semicolon and tab are told apart by the first line; quotes, a byte order mark, CRLF and blank lines are
 * understood. Throws `link_list_invalid` when the file as a whole can not be read, or has more than `maxLines`.
 */
export async function readCsv(text: string, options: { readonly maxLines: number }): Promise<readonly ListLine[]> {
  const lines: ListLine[] = [];
  let columns: readonly Column[] | null = null;
  let first: ListLine | null = null;
  for await (const { record, line } of records(text)) {
    if (columns === null) {
      const header = readHeader(record);
      columns = header ?? [{ kind: "uid" }];
      if (header !== null) continue;
      if (record.length > 1) throw unreadable(withoutHeader(record.length));
      first = toLine(columns, record, line);
    }
    if (record.length > columns.length) {
      throw unreadable(
        `Line ${line} has ${record.length} cells where ${columns.length} are named; quote cells that hold the delimiter.`,
      );
    }
    lines.push(toLine(columns, record, line));
    if (lines.length > options.maxLines) throw tooMany(options.maxLines);
  }
  if (lines.length === 0) throw unreadable("The list holds no uid.");
  if (first !== null && looksLikeHeader(first, lines)) {
    throw unreadable(`The first line, "${first.uid.slice(0, 60)}", looks like a header; name the column uid.`);
  }
  return lines;
}

export function tooMany(maxLines: number): AppError {
  return unreadable(`The list has more than ${maxLines} lines; split it into several batches.`);
}

type Column =
  | { readonly kind: "uid" }
  | { readonly kind: "language" }
  | { readonly kind: "metadata"; readonly name: string };

function toLine(columns: readonly Column[], record: readonly string[], line: number): ListLine {
  const metadata: Record<string, string> = {};
  let uid = "";
  let language: string | undefined;
  for (const [index, column] of columns.entries()) {
    const cell = record[index] ?? "";
    if (column.kind === "uid") uid = cell;
    // An empty cell says nothing about this person.
    else if (cell === "") continue;
    else if (column.kind === "metadata") metadata[column.name] = cell;
    else language = cell;
  }
  return { line, uid, language, metadata };
}

/** The columns, or null when the first line names no uid. */
function readHeader(record: readonly string[]): readonly Column[] | null {
  const names = record.map((name) => name.trim());
  if (!names.some((name) => name.toLowerCase() === "uid")) return null;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw unreadable(`The header names the column "${twice.slice(0, 60)}" twice.`);
  return names.map(columnOf);
}

function columnOf(name: string): Column {
  const lower = name.toLowerCase();
  if (lower === "uid" || lower === "language") return { kind: lower };
  const [, key] = METADATA.exec(name) ?? [];
  if (key !== undefined) return { kind: "metadata", name: key };
  throw unreadable(
    `The column "${name.slice(0, 60)}" is not known: a list has uid, language and metadata.<name>. ` +
      "Remove it, or name it metadata.… if it should come back with every event; no personal data is needed here.",
  );
}

function withoutHeader(cells: number): string {
  return `The first line has ${cells} cells and names none uid. Begin with a header such as uid,language,metadata.branch.`;
}

/** "customer_id" has the form of a uid; among uids that all have digits it is none. */
function looksLikeHeader(first: ListLine, lines: readonly ListLine[]): boolean {
  return lines.length > 1 && !/\d/.test(first.uid) && lines.slice(1).every(({ uid }) => /\d/.test(uid));
}

async function* records(text: string): AsyncGenerator<{ readonly record: readonly string[]; readonly line: number }> {
  // Line ends of several kinds are common where files were put together, and the parser would settle on the first.
  const parser = parse(text.replace(/\r\n?/g, "\n"), {
    bom: true,
    delimiter: delimiterOf(text),
    record_delimiter: "\n",
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  try {
    // With `info` each record comes with its place in the file.
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { record, line: info.lines - lineEnds(record) };
    }
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(explain(error), error);
    throw error;
  }
}

/** Inside quoted cells: the parser counts to the last line of a record, people look for its first. */
function lineEnds(record: readonly string[]): number {
  return record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
}

/** The one that the first line with content holds most of. */
function delimiterOf(text: string): string {
  const head = /\S[^\r\n]*/.exec(text.slice(0, MAX_RECORD_CHARACTERS))?.[0] ?? "";
  const bare = head.replace(/"[^"]*"/g, "");
  const [best] = DELIMITERS.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length })).toSorted(
    (a, b) => b.count - a.count,
  );
  return best?.delimiter ?? ",";
}

function explain(error: CsvError): string {
  const line = typeof error["lines"] === "number" ? ` near line ${error["lines"]}` : "";
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "A quote is opened and never closed; the list can not be told into lines.";
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
      return `There is a quote in the middle of a cell${line}; quote the whole cell and double the quotes inside it.`;
    case "CSV_MAX_RECORD_SIZE":
      return `A line has more than ${MAX_RECORD_CHARACTERS} characters${line}; this is no list of uids.`;
    default:
      return `The list is not readable as CSV${line}.`;
  }
}

function unreadable(detail: string, cause?: unknown): AppError {
  return fail("link_list_invalid", detail, { extra: { problems: [] }, cause });
}
