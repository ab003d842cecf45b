import { Readable, type PassThrough } from "node:stream";
import { finished } from "node:stream/promises";

import yazl from "yazl";

/**
 * An Excel workbook (SpreadsheetML, ECMA-376) written as it is read: rows come page by page, are compressed off the main
 * thread and leave at the speed of who takes them, so that a million rows need no more memory than one page. Text is
 * written as inline strings, which no spreadsheet ever reads as a formula.
 */
export type XlsxCell = string | number | boolean | Date | null;
export type XlsxRow = readonly XlsxCell[];

export interface WorkbookOptions {
  /** Shown on the tab; a second sheet begins where one is full. */
  readonly sheetName: string;
  /** First row of each sheet, which stays in sight. */
  readonly head: readonly string[];
  readonly pages: AsyncGenerator<readonly XlsxRow[]>;
  /** Rows of a sheet, its head included; default what Excel takes. */
  readonly maxRows?: number;
}

const EXCEL_ROWS = 1_048_576;
const EXCEL_TEXT = 32_767;

/** The workbook's bytes. Destroying the stream ends `pages`; an error of `pages` destroys the stream. */
export function workbookStream(options: WorkbookOptions): Readable {
  const zip = new yazl.ZipFile();
  // Typed as a bare ReadableStream; yazl makes a PassThrough.
  const out = zip.outputStream as PassThrough;
  const rows = new RowSource(options.pages);
  let sheet: Readable | null = null;
  out.once("close", () => {
    sheet?.destroy();
    // Whoever waits for the generator has gone: what it still has to say it says in its own finally.
    void options.pages.return(undefined).catch(() => undefined);
  });
  zip.on("error", (error: Error) => out.destroy(error));
  const write = async (): Promise<void> => {
    let sheets = 0;
    do {
      sheets += 1;
      sheet = Readable.from(sheetXml(options, rows), { objectMode: false });
      zip.addReadStream(sheet, `xl/worksheets/sheet${sheets}.xml`);
      await finished(sheet);
    } while (await rows.hasMore());
    for (const [name, text] of bookParts(options.sheetName, sheets)) zip.addBuffer(Buffer.from(text), name);
    zip.end();
  };
  write().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))));
  return out;
}

/** Pages as runs of rows of any length. */
class RowSource {
  readonly #pages: AsyncGenerator<readonly XlsxRow[]>;
  #rest: readonly XlsxRow[] = [];

  constructor(pages: AsyncGenerator<readonly XlsxRow[]>) {
    this.#pages = pages;
  }

  async hasMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#pages.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }

  /** At least one row and at most `most` of what is there; none at the end. */
  async take(most: number): Promise<readonly XlsxRow[]> {
    if (!(await this.hasMore())) return [];
    const taken = this.#rest.slice(0, most);
    this.#rest = this.#rest.slice(most);
    return taken;
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

async function* sheetXml({ head, maxRows = EXCEL_ROWS }: WorkbookOptions, rows: RowSource): AsyncGenerator<string> {
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews><sheetData>`;
  yield `<row>${head.map((text) => textCell(text, ' s="2"')).join("")}</row>`;
  let left = maxRows - 1;
  while (left > 0) {
    const taken = await rows.take(left);
    if (taken.length === 0) break;
    left -= taken.length;
    yield taken.map((row) => `<row>${row.map(cell).join("")}</row>`).join("");
  }
  yield "</sheetData></worksheet>";
}

function cell(value: XlsxCell): string {
  if (value === null) return "<c/>";
  if (typeof value === "number") return Number.isFinite(value) ? `<c><v>${value}</v></c>` : "<c/>";
  if (typeof value === "boolean") return `<c t="b"><v>${Number(value)}</v></c>`;
  return value instanceof Date ? `<c s="1"><v>${serialOf(value)}</v></c>` : textCell(value, "");
}

function textCell(text: string, style: string): string {
  return `<c t="inlineStr"${style}><is><t xml:space="preserve">${escapeXml(text.slice(0, EXCEL_TEXT))}</t></is></c>`;
}

/** Days since 1899-12-30, UTC; Excel knows no time zones. */
function serialOf(at: Date): number {
  return Math.round((at.getTime() / 86_400_000 + 25_569) * 1e9) / 1e9;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no place for most control characters, nor for half a surrogate pair. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\u{fffd}")
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`;

/** What holds the sheets together: the five small files that every workbook has. */
function bookParts(sheetName: string, sheets: number): readonly (readonly [name: string, text: string])[] {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const title = (n: number): string => escapeXml(n === 1 ? sheetName : `${sheetName} ${n}`);
  const type = (part: string): string => `application/vnd.openxmlformats-officedocument.spreadsheetml.${part}+xml`;
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  const relations = (inner: string): string =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${inner}</Relationships>`;
  return [
    [
      "[Content_Types].xml",
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type("sheet.main")}"/><Override PartName="/xl/styles.xml" ContentType="${type("styles")}"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type("worksheet")}"/>`).join("")}</Types>`,
    ],
    ["_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml"))],
    [
      "xl/workbook.xml",
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${numbers.map((n) => `<sheet name="${title(n)}" sheetId="${n}" r:id="rId${n}"/>`).join("")}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relations(
        numbers.map((n) => relation(`rId${n}`, "worksheet", `worksheets/sheet${n}.xml`)).join("") +
          relation(`rId${sheets + 1}`, "styles", "styles.xml"),
      ),
    ],
    ["xl/styles.xml", STYLES],
  ];
}
