import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AppError } from "../../infra/errors.ts";
import { numberRows, readList } from "./read-list.ts";

async function refusal(text: string): Promise<string> {
  try {
    await readList(text);
    return "taken";
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe("a list is read as people save it", () => {
  test.each([
    ["one uid a line", "APP-1001\nAPP-1002\n"],
    ["Windows line ends and no last one", "APP-1001\r\nAPP-1002"],
    ["a byte order mark", "\uFEFFuid\nAPP-1001\nAPP-1002\n"],
    ["blank lines", "uid\n\nAPP-1001\n\n\nAPP-1002\n\n"],
    ["semicolons and other columns", "name;UID;branch\n;APP-1001;north\n;APP-1002;south\n"],
    ["tabs", "uid\tscore\nAPP-1001\t\nAPP-1002\t\n"],
    ["quotes and spaces", 'uid,note\n" APP-1001 ","a, b"\nAPP-1002,"line\nbreak"\n'],
    ["rows of unequal length", "uid,score\nAPP-1001\nAPP-1002,,x,y\n"],
  ])("%s", async (_name, text) => {
    const rows = await readList(text);
    expect(rows.map(({ uid }) => uid)).toEqual(["APP-1001", "APP-1002"]);
  });

  test("the lines are numbered as an editor shows them, and every column is read", async () => {
    const rows = await readList(
      "uid,score,Risk-Band,state,integration id\nAPP-1001,38,LOW,completed,abc\n\nAPP-1002,40.0,,,\n",
    );
    expect(rows).toEqual([
      { line: 2, uid: "APP-1001", score: 38, risk_band: "LOW", state: "completed", integration_id: "abc" },
      { line: 4, uid: "APP-1002", score: 40 },
    ]);
  });

  test("any uids survive being written as CSV", async () => {
    const uid = fc.stringMatching(/^[A-Za-z0-9_-]{5,60}$/).filter((text) => text.toLowerCase() !== "uid");
    await fc.assert(
      fc.asyncProperty(
        fc.array(uid, { minLength: 1, maxLength: 50 }),
        fc.constantFrom(",", ";", "\t"),
        async (uids, sign) => {
          const text = `uid${sign}note\r\n${uids.map((item) => `"${item}"${sign}x`).join("\r\n")}`;
          expect((await readList(text)).map((row) => row.uid)).toEqual(uids);
        },
      ),
    );
  });
});

describe("a list that can not be read is refused with the line and the way out", () => {
  test.each([
    ["nothing", "", "list_invalid: The list is empty"],
    ["a header alone", "uid,score\n", "list_invalid: The list is empty"],
    ["columns without a name", "APP-1001,38\n", "list_invalid: Line 1 has 2 columns, none of which is called uid"],
    [
      "a column named twice",
      "uid,score,score\nAPP-1001,1,2\n",
      "list_invalid: The header names the column score twice",
    ],
    [
      "a score that is none",
      "uid,score\nAPP-1001,38\nAPP-1002,high\n",
      'list_invalid: Line 3: score takes a whole number or nothing, not "high"',
    ],
    ["a row without its uid", "uid,score\n,38\n", "list_invalid: Line 2: uid is empty"],
    ["an open quote", 'uid\n"APP-1001\nAPP-1002\n', "list_invalid: "],
    ["too many lines", `${"APP-1001\n".repeat(50_001)}`, "list_too_long: The list has 50001 lines"],
  ])("%s", async (_name, text, said) => {
    expect(await refusal(text)).toContain(said);
  });

  test("too many rows", () => {
    const rows = Array.from({ length: 50_001 }, () => ({ uid: "APP-1001" }));
    expect(() => numberRows(rows)).toThrow("at most 50000");
  });
});
