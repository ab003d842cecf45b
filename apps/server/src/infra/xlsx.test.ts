import { buffer } from "node:stream/consumers";

import { expect, test } from "vitest";

import { readWorkbook, readZip } from "./testing/workbook.ts";
import { workbookStream, type XlsxRow } from "./xlsx.ts";

async function* pagesOf(...pages: readonly (readonly XlsxRow[])[]): AsyncGenerator<readonly XlsxRow[]> {
  yield* pages;
}

function write(pages: AsyncGenerator<readonly XlsxRow[]>, more: { readonly maxRows?: number } = {}): Promise<Buffer> {
  return buffer(workbookStream({ sheetName: "R & D", head: ["uid", "score"], pages, ...more }));
}

test("what is written is read again: text, numbers, truth, times and nothing", async () => {
  const at = new Date("2026-11-27T06:00:00Z");
  const bytes = await write(
    pagesOf(
      [['a<b>&"c"', 1.5]],
      [],
      [
        [null, at],
        [true, -3],
      ],
    ),
  );
  expect(readWorkbook(bytes)).toEqual([
    [
      ["uid", "score"],
      ['a<b>&"c"', "1.5"],
      ["", "46353.25"],
      ["1", "-3"],
    ],
  ]);
  const entries = readZip(bytes);
  expect([...entries.keys()].toSorted()).toEqual([
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
  ]);
  expect(entries.get("xl/workbook.xml")).toContain('name="R &amp; D"');
});

test("text that a spreadsheet would calculate stays text, and what XML can not hold is replaced", async () => {
  const nasty = ["=1+1", "+SUM(A1)", "-2", "@cmd", "\u0000\u0008x", "\ud800", "tab\tand\nline", "😀"];
  const bytes = await write(pagesOf(nasty.map((text) => [text])));
  const cells = readWorkbook(bytes)[0]
    ?.slice(1)
    .map(([first]) => first);
  expect(cells).toEqual([...nasty.slice(0, 4), "\u{fffd}\u{fffd}x", "\u{fffd}", ...nasty.slice(6)]);
  expect(readZip(bytes).get("xl/worksheets/sheet1.xml")).not.toMatch(/<f[ >]/);
});

test("a sheet that is full is followed by another with the same head", async () => {
  const rows = Array.from({ length: 7 }, (_, n): XlsxRow => [`u${n}`, n]);
  const sheets = readWorkbook(await write(pagesOf(rows.slice(0, 5), rows.slice(5)), { maxRows: 4 }));
  expect(sheets.map((sheet) => sheet.length)).toEqual([4, 4, 2]);
  for (const sheet of sheets) expect(sheet[0]).toEqual(["uid", "score"]);
  expect(sheets.flatMap((sheet) => sheet.slice(1).map(([uid]) => uid))).toEqual(rows.map(([uid]) => uid));
  expect(readWorkbook(await write(pagesOf(rows.slice(0, 3)), { maxRows: 4 }))).toHaveLength(1);
  expect(readWorkbook(await write(pagesOf()))).toEqual([[["uid", "score"]]]);
});

test("rows are read as they are taken, and no more once nobody takes them", async () => {
  let read = 0;
  let isOver = false;
  async function* endless(): AsyncGenerator<readonly XlsxRow[]> {
    try {
      // Text that does not compress away.
      for (;;) yield Array.from({ length: 100 }, () => [`${Math.sin((read += 1))}`.repeat(10), read]);
    } finally {
      isOver = true;
    }
  }
  const stream = workbookStream({ sheetName: "Endless", head: ["x", "n"], pages: endless() });
  await new Promise<void>((resolve) => stream.once("data", () => resolve()));
  stream.pause();
  const settled = await untilStill(() => read);
  expect(settled).toBeLessThan(20_000);
  stream.destroy();
  await untilStill(() => Number(isOver) + read);
  expect(isOver).toBe(true);
});

/** The value once it has stayed for 20 turns of the event loop. */
async function untilStill(value: () => number): Promise<number> {
  for (let seen = value(), turns = 0; turns < 20; turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (value() !== seen) [seen, turns] = [value(), 0];
  }
  return value();
}

test("a failure of the rows is the stream's, not a file that looks whole", async () => {
  async function* failing(): AsyncGenerator<readonly XlsxRow[]> {
    yield [["a", 1]];
    throw new Error("the database is gone");
  }
  await expect(write(failing())).rejects.toThrow("the database is gone");
});
