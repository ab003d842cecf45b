import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  ACCENT_GROUNDS,
  accentPalette,
  contrast,
  LEAST_FILL_CONTRAST,
  LEAST_TEXT_CONTRAST,
  repairedSchemes,
} from "./accent.ts";

const SCHEMES = ["light", "dark"] as const;
const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("any colour of a lender", () => {
  test("becomes a button whose text and fill can be read in both schemes", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const palette = accentPalette(accent);
        for (const scheme of SCHEMES) {
          const { fill, text } = palette[scheme];
          expect(contrast(fill, text)).toBeGreaterThanOrEqual(LEAST_TEXT_CONTRAST);
          for (const ground of ACCENT_GROUNDS[scheme]) {
            expect(contrast(fill, ground)).toBeGreaterThanOrEqual(LEAST_FILL_CONTRAST);
          }
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("stays as given in a scheme where it is readable, and is named as repaired in the others", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        const palette = accentPalette(accent);
        for (const scheme of SCHEMES) {
          const isReadable = ACCENT_GROUNDS[scheme].every((ground) => contrast(accent, ground) >= LEAST_FILL_CONTRAST);
          expect(palette[scheme].fill === accent).toBe(isReadable);
          expect(repairedSchemes(accent).includes(scheme)).toBe(!isReadable);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("is repaired once: what comes out is used as it is", () => {
    fc.assert(
      fc.property(colour, (accent) => {
        for (const scheme of SCHEMES) {
          const shown = accentPalette(accent)[scheme];
          expect(accentPalette(shown.fill)[scheme]).toEqual(shown);
        }
      }),
    );
  });
});

test("known colours: a pale yellow is darkened on paper and kept at night, a navy the other way round", () => {
  expect(accentPalette("#ffd54a")).toEqual({
    light: { fill: "#a3882f", text: "#000000" },
    dark: { fill: "#ffd54a", text: "#000000" },
  });
  const navy = accentPalette("#0b1f4b");
  expect(navy.light).toEqual({ fill: "#0b1f4b", text: "#ffffff" });
  expect(repairedSchemes("#0B1F4B")).toEqual(["dark"]);
  expect(repairedSchemes("#777777")).toEqual([]);
});

test("contrast is the ratio of WCAG: black on white 21, equal colours 1", () => {
  expect(contrast("#000000", "#ffffff")).toBe(21);
  expect(contrast("#123456", "#123456")).toBe(1);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

test("the grounds are those of the app's style sheet", () => {
  const css = readFileSync(join(import.meta.dirname, "../../../apps/assessment/src/styles/base.css"), "utf8");
  const valuesOf = (name: string) => [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, "g"))].map((m) => m[1]);
  const [light, dark] = [0, 1].map((index) => [valuesOf("ground")[index], valuesOf("surface")[index]]);
  expect({ light, dark }).toEqual(ACCENT_GROUNDS);
});
