import { PNG } from "pngjs";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";

import { qrModules, qrPath, qrPng, runs } from "./qr.ts";

const LINK = "https://assess.lender.example/a/7k3m9x2q4w8z";

test.each([2, 8, 13])("a PNG of %i pixels a module reads back as the link", (scale) => {
  const png = PNG.sync.read(qrPng(qrModules(LINK), scale));
  expect(decodeQR({ width: png.width, height: png.height, data: png.data })).toBe(LINK);
});

test("the path of an SVG reads back as the text", () => {
  const scale = 4;
  const modules = qrModules(LINK);
  const side = modules.length * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, width] of qrPath(modules).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let line = Number(y) * scale; line < (Number(y) + 1) * scale; line += 1) {
      data.fill(0, (line * side + Number(x) * scale) * 4, (line * side + (Number(x) + Number(width)) * scale) * 4);
    }
  }
  expect(decodeQR({ width: side, height: side, data })).toBe(LINK);
});

test("strokes cover the dark modules of a row and no other", () => {
  expect(runs([true, true, false, true])).toEqual([
    [0, 2],
    [3, 1],
  ]);
  expect(runs([false, false])).toEqual([]);
});
