import { expect, test } from "vitest";

import { toCsv, type ChartColumn } from "./csv.ts";

interface Row {
  readonly name: string;
  readonly seconds: number | null;
}

const COLUMNS: readonly ChartColumn<Row>[] = [
  { title: "Task", value: (row) => row.name },
  { title: "Median (s)", value: (row) => row.seconds },
];

test("the file has the titles with their units first, then a line for each row; what was not measured is empty", () => {
  const csv = toCsv(COLUMNS, [
    { name: "Now or later", seconds: 61 },
    { name: "Cards", seconds: null },
  ]);
  expect(csv).toBe("\u{feff}Task,Median (s)\r\nNow or later,61\r\nCards,\r\n");
});

test("no text can be run as a formula by a spreadsheet, and negative numbers stay numbers", () => {
  for (const name of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]) {
    const [, line = ""] = toCsv(COLUMNS, [{ name, seconds: -1 }]).split("Median (s)\r\n");
    expect(line, name).toMatch(/^"?'/);
    expect(line, name).toMatch(/,-1\r\n$/);
  }
});

test("commas, quotes and line breaks inside a text stay inside its cell", () => {
  expect(toCsv(COLUMNS, [{ name: 'Loans, "new"\nline', seconds: 1 }])).toContain('\r\n"Loans, ""new""\nline",1\r\n');
});
