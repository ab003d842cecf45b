import { expect, test } from "vitest";

import { writeSheet } from "./sheet.ts";

async function sheetOf(count: number, uid = "LNK-7K3M-9X2Q-4W8Z", ended: string | null = null): Promise<Buffer> {
  const labels = Array.from({ length: count }, () => ({
    uid,
    link: "https://assess.lender.example/a/7k3m9x2q4w8z",
    ended,
  }));
  const parts: Buffer[] = [];
  const drawing = { labels, name: "Märch", paper: "a4", from: 1, language: "en" } as const;
  for await (const part of await writeSheet(drawing)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const pagesOf = (pdf: Buffer): number => pdf.toString("latin1").match(/\/Type \/Page\n/g)?.length ?? 0;

test("a page holds fifteen codes", async () => {
  expect(pagesOf(await sheetOf(15))).toBe(1);
  expect(pagesOf(await sheetOf(16))).toBe(2);
});

test("a batch without links is a page that says so, and not a broken file", async () => {
  const pdf = await sheetOf(0);
  expect(pagesOf(pdf)).toBe(1);
  expect(pdf.subarray(-6).toString()).toContain("%%EOF");
});

test("the longest uid still fits its label", async () => {
  expect(pagesOf(await sheetOf(1, "W".repeat(60)))).toBe(1);
});

test("an ended link keeps its place and has no code to scan", async () => {
  const [open, ended] = [await sheetOf(1), await sheetOf(1, "LNK-7K3M-9X2Q-4W8Z", "cancelled")];
  expect(pagesOf(ended)).toBe(1);
  // Hundreds of rectangles less.
  expect(ended.length).toBeLessThan(open.length - 500);
});
