import { PassThrough, type Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";

import type { SheetLanguage } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { qrModules, runs } from "../../infra/qr.ts";
import { recordReading } from "../audit/service.ts";
import { isOpen } from "../sessions/lifecycle.ts";
import { linkUrl, pagesOfLinks, readyBatch } from "./batches.ts";
import type { LinkRow } from "./links-store.ts";
import type { BatchOptions } from "./manage.ts";
import { SHEET_LINES } from "./templates.ts";

/** Points (1/72 inch). Both papers take the same labels: three across, five down. */
const PAPERS = { a4: { width: 595.28, height: 841.89 }, letter: { width: 612, height: 792 } } as const;
const COLUMNS = 3;
const ROWS = 5;
const LABEL = { width: 180, height: 148 } as const;
/** With the quiet zone, whose lower edge the text may touch. */
const CODE_POINTS = 114;
const MARK_POINTS = 6;

export interface SheetOptions extends BatchOptions {
  readonly paper: keyof typeof PAPERS;
  /** First link, counted from 1, and how many. */
  readonly from: number;
  readonly count: number;
  readonly language: SheetLanguage;
}

/**
 * A PDF to print and cut: a code for each link, its uid and address below. Recorded before the first page. Throws
 * `link_batch_unknown`, `link_batch_not_ready`.
 */
export async function printLinks(deps: Deps, options: SheetOptions): Promise<Readable> {
  const { environment, batchId, actor, from, count } = options;
  const batch = await readyBatch(deps, environment, batchId);
  const links: LinkRow[] = [];
  for await (const page of pagesOfLinks(deps, batch, { offset: from - 1, count })) links.push(...page);
  if (links.length === 0 && from > 1) {
    throw fail("query_invalid", `from: the batch has fewer than ${from} links; nothing is left to print.`);
  }
  await recordReading(deps, {
    companyId: batch.companyId,
    actor,
    action: "links.exported",
    targetType: "link_batch",
    targetId: batchId,
    details: { environment_id: batch.environmentId, format: "pdf", from, links: links.length },
  });
  const labels = links.map(({ uid, linkCode, status }) => {
    return { uid, link: linkUrl(deps, linkCode), ended: isOpen(status) ? null : status };
  });
  return writeSheet({ labels, name: batch.name, ...options });
}

/** The bytes of the PDF, drawn while the reader takes them; a failure ends the stream instead of the process. */
export async function writeSheet(drawing: Drawing): Promise<Readable> {
  // Loaded by the first sheet: 24 MiB that most servers never need.
  const { default: PDFDocument } = await import("pdfkit");
  const name = latin(drawing.name);
  const document = new PDFDocument({ autoFirstPage: false, margin: 0, info: { Title: name } });
  const sheet = new PassThrough();
  document.pipe(sheet);
  draw(document, { ...drawing, name }).catch((error: unknown) =>
    sheet.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return sheet;
}

interface Label {
  readonly uid: string;
  /** How its journey ended: nobody is handed a code that leads nowhere, and the place stays as it was. */
  readonly ended: string | null;
  readonly link: string;
}

interface Drawing {
  readonly labels: readonly Label[];
  readonly name: string;
  readonly paper: keyof typeof PAPERS;
  readonly from: number;
  readonly language: SheetLanguage;
}

async function draw(document: PDFKit.PDFDocument, drawing: Drawing): Promise<void> {
  const { labels, name, paper, from, language } = drawing;
  const { width, height } = PAPERS[paper];
  const perPage = COLUMNS * ROWS;
  const pages = Math.max(1, Math.ceil(labels.length / perPage));
  const left = (width - COLUMNS * LABEL.width) / 2;
  const top = (height - ROWS * LABEL.height) / 2;
  for (let page = 0; page < pages; page += 1) {
    document.addPage({ size: [width, height], margin: 0 });
    const shown = labels.slice(page * perPage, (page + 1) * perPage);
    const first = from + page * perPage;
    const range = shown.length === 0 ? "no links" : `${first}-${first + shown.length - 1}`;
    line(document, `${name}  ·  ${range}  ·  ${page + 1}/${pages}`, {
      x: left,
      y: top / 2 - 4,
      width: width - 2 * left,
      size: 7,
    });
    cutMarks(document, left, top);
    for (const [index, label] of shown.entries()) {
      const x = left + (index % COLUMNS) * LABEL.width;
      const y = top + Math.floor(index / COLUMNS) * LABEL.height;
      drawLabel(document, { ...label, x, y, line: SHEET_LINES[language] });
    }
    // A page of codes is some milliseconds of work.
    await nextTurn();
  }
  document.end();
}

function drawLabel(
  document: PDFKit.PDFDocument,
  label: Label & { readonly x: number; readonly y: number; readonly line: string },
): void {
  const { x, y } = label;
  const text = { x: x + 4, width: LABEL.width - 8 };
  if (label.ended === null) drawCode(document, label.link, { x: x + (LABEL.width - CODE_POINTS) / 2, y });
  else line(document, label.ended, { ...text, y: y + CODE_POINTS / 2, size: 9 });
  const below = y + CODE_POINTS - 6;
  // A uid has up to 60 characters; two lines of 30 keep it large enough to read.
  const [one = "", two = ""] = label.uid.match(/.{1,30}/g) ?? [];
  line(document, one, { ...text, y: below, size: 8, font: "Courier-Bold" });
  if (two !== "") line(document, two, { ...text, y: below + 8, size: 8, font: "Courier-Bold" });
  if (label.ended !== null) return;
  const next = below + (two === "" ? 10 : 17);
  line(document, label.link.replace(/^https?:\/\//, ""), { ...text, y: next, size: 7 });
  line(document, label.line, { ...text, y: next + 9, size: 5.5 });
}

function drawCode(document: PDFKit.PDFDocument, text: string, at: { readonly x: number; readonly y: number }): void {
  const modules = qrModules(text);
  const step = CODE_POINTS / modules.length;
  for (const [row, dark] of modules.entries()) {
    for (const [column, width] of runs(dark)) {
      document.rect(at.x + column * step, at.y + row * step, width * step, step);
    }
  }
  document.fillColor("black").fill();
}

/** Centred on one line; smaller where it would not fit, since what is cut off can not be typed. */
function line(
  document: PDFKit.PDFDocument,
  text: string,
  place: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly size: number;
    readonly font?: string;
  },
): void {
  document.font(place.font ?? "Helvetica").fontSize(place.size);
  const wanted = document.widthOfString(text);
  if (wanted > place.width) document.fontSize((place.size * place.width) / wanted);
  const width = Math.min(wanted, place.width);
  document.text(text, place.x + (place.width - width) / 2, place.y, { lineBreak: false });
}

/** Short strokes outside the labels, where the cuts begin and end, and small crosses between them. */
function cutMarks(document: PDFKit.PDFDocument, left: number, top: number): void {
  document.lineWidth(0.3).strokeColor("#888888");
  for (let column = 0; column <= COLUMNS; column += 1) {
    for (let row = 0; row <= ROWS; row += 1) {
      const x = left + column * LABEL.width;
      const y = top + row * LABEL.height;
      document.moveTo(x - MARK_POINTS / 2, y).lineTo(x + MARK_POINTS / 2, y);
      document.moveTo(x, y - MARK_POINTS / 2).lineTo(x, y + MARK_POINTS / 2);
    }
  }
  document.stroke();
}

/** The built-in fonts have the letters of Latin-1. */
function latin(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a1-\u00ff]/gu, "?");
}
