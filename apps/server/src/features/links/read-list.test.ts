import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AppError } from "../../infra/errors.ts";
import { readCsv } from "./read-list.ts";

const OPTIONS = { maxLines: 50_000 };
const uidsOf = async (text: string) => (await readCsv(text, OPTIONS)).map(({ line, uid }) => [line, uid]);
const refusal = async (text: string, maxLines = 50_000): Promise<string> => {
  const error = await readCsv(text, { maxLines }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError && error.code === "link_list_invalid"
    ? error.message
    : `not refused: ${String(error)}`;
};

describe("a list is read", () => {
  test.each([
    ["commas", "uid,language\nA1234,es\nB1234,en\n"],
    ["semicolons and CRLF", "uid;language\r\nA1234;es\r\nB1234;en\r\n"],
    ["tabs without a last line end", "uid\tlanguage\nA1234\tes\nB1234\ten"],
    ["a byte order mark and quotes", '\ufeff"uid","language"\n"A1234","es"\n"B1234","en"'],
    ["another order and spaces", "language, UID\n es , A1234 \nen,B1234"],
  ])("with %s", async (_name, text) => {
    expect(await readCsv(text, OPTIONS)).toMatchObject([
      { line: 2, uid: "A1234", language: "es" },
      { line: 3, uid: "B1234", language: "en" },
    ]);
  });

  test("without a header, one uid a line, past blank lines, under the numbers an editor shows", async () => {
    expect(await uidsOf("A1234\n\n\nB1234\n")).toEqual([
      [1, "A1234"],
      [4, "B1234"],
    ]);
  });

  test.each([
    ["mixed line ends, LF first", "A1234\nB1234\r\n\r\nC1234\n\nD1234\rE1234", [1, 2, 4, 6, 7]],
    ["mixed line ends, CRLF first", "A1234\r\nB1234\n\nC1234\r\n  \r\nD1234\rE1234\r\n", [1, 2, 4, 6, 7]],
    ["a byte order mark before blank lines", "\ufeff\r\n\nA1234\nB1234\n\nC1234\nD1234\nE1234\n", [3, 4, 6, 7, 8]],
    ["cells of several lines", '\n"A\r\n1"\r\nB1234\n"C\n\n1"\nD1234\r\nE1234', [2, 4, 5, 8, 9]],
  ])("under the numbers an editor shows, past %s", async (_name, text, lines) => {
    const read = await uidsOf(text);
    expect(read.map(([line]) => line)).toEqual(lines);
    expect(read.map(([, uid]) => String(uid).charAt(0))).toEqual(["A", "B", "C", "D", "E"]);
  });

  test("under the same numbers whichever way its lines end", async () => {
    const parts = fc.array(fc.tuple(fc.constantFrom("A1234", "", "  "), fc.constantFrom("\n", "\r\n", "\r")));
    await fc.assert(
      fc.asyncProperty(parts, async (lines) => {
        // An empty line after CR alone would make one CRLF of two line ends.
        const isAmbiguous = lines.some(([text, end], n) => text === "" && end === "\n" && lines[n - 1]?.[1] === "\r");
        const expected = lines.flatMap(([text], index) => (text === "A1234" ? [[index + 1, text]] : []));
        fc.pre(!isAmbiguous && expected.length > 0);
        expect(await uidsOf(lines.map((line) => line.join("")).join(""))).toEqual(expected);
      }),
    );
  });

  test("with metadata of the header's spelling; an empty cell says nothing", async () => {
    const [first, second] = await readCsv("uid,metadata.Branch\nA1234,north\nB1234,\n", OPTIONS);
    expect([first?.metadata, second?.metadata]).toEqual([{ Branch: "north" }, {}]);
  });
});

describe("a list is refused with the reason", () => {
  test.each([
    ["an unknown column", "uid,phone\nA1234,1\n", /column "phone" is not known/],
    ["several columns without a header", "A1234,es\n", /names none uid/],
    ["a header that is none", "customer_id\nA1234\nB1234\n", /looks like a header/],
    ["an open quote", 'uid\n"A1234\n', /never closed/],
    ["a quote inside", 'uid\nA"1"2345\n', /middle of a cell/],
    ["too many cells", "uid\nA1234,x\n", /Line 2 has 2 cells/],
    ["a column twice", "uid,uid\nA1234,B1234\n", /twice/],
    ["nothing", "\n\n", /no uid/],
  ])("%s", async (_name, text, reason) => {
    expect(await refusal(text)).toMatch(reason);
  });

  test("more lines than a batch holds", async () => {
    expect(await refusal("A1234\nB1234\nC1234\n", 2)).toMatch(/more than 2 lines/);
  });
});

test("whatever the text, it is read or refused in words, never anything else", async () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom("uid", ",", ";", "\t", '"', "\n", "\r", "A1", "\ufeff")).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const outcome = await readCsv(given, OPTIONS).catch((error: unknown) => error);
      expect(Array.isArray(outcome) || (outcome instanceof AppError && outcome.code === "link_list_invalid")).toBe(
        true,
      );
    }),
  );
});
