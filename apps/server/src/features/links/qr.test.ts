import { PNG } from "pngjs";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";

import { qrModules, qrPng, runs } from "./qr.ts";

const LINK = "https://assess.lender.example/a/7k3m9x2q4w8z";

test.each([2, 8, 13])("a PNG of %i pixels a module reads back as the link", (scale) => {
  const png = PNG.sync.read(qrPng(qrModules(LINK), scale));
  expect(decodeQR({ width: png.width, height: png.height, data: png.data })).toBe(LINK);
});

test("strokes cover the dark modules of a row and no other", () => {
  expect(runs([true, true, false, true])).toEqual([
    [0, 2],
    [3, 1],
  ]);
  expect(runs([false, false])).toEqual([]);
});
