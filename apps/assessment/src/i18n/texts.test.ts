import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import en from "./en.json";
import es from "./es.json";
import { createTexts } from "./texts.ts";

const here = dirname(fileURLToPath(import.meta.url));
const app = join(here, "..");
const serverPages = join(here, "../../../server/src");
const catalogues: Readonly<Record<string, Readonly<Record<string, string>>>> = { en, es };

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && !path.endsWith("page-contract.ts"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
}

/** `end.<outcome>_title` and the like are put together from a name; these are the names. */
function isUsed(key: string, text: string): boolean {
  if (text.includes(`"${key}"`)) return true;
  const outcome = /^end\.([a-z]+)_(title|text)$/.exec(key);
  if (outcome !== null) return text.includes(`_${outcome[2] ?? ""}\``) && text.includes(`"${outcome[1] ?? ""}"`);
  if (/^statements\.(sc|so|inf|ex)\dr?$/.test(key)) return text.includes("`statements.${");
  return /^taps\.(circle|square|cross)$/.test(key) && text.includes("`taps.${");
}

describe("catalogues", () => {
  test.each(Object.entries(catalogues))("%s has every key, and the same values to fill in", (_language, catalogue) => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect([key, placeholders(catalogue[key] ?? "")]).toEqual([key, placeholders(text)]);
      expect(catalogue[key]?.trim()).not.toBe("");
    }
  });

  test("no key is left that neither the app nor the server's pages use", () => {
    const text = sources(app) + sources(serverPages);
    expect(Object.keys(en).filter((key) => !isUsed(key, text))).toEqual([]);
  });

  test("no key is used that is not there", () => {
    const used = [...sources(app).matchAll(/\bt\(\s*"([a-z_.]+)"/g)].map(([, key]) => key ?? "");
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((key) => !(key in en))).toEqual([]);
  });

  test("a patient answer is never a virtue in words", () => {
    const virtue =
      /\b(patien|wise|smart|better choice|good choice|worth waiting|paciencia|paciente|sabi[oa]|mejor elecci)/i;
    for (const catalogue of Object.values(catalogues)) {
      expect(Object.values(catalogue).filter((text) => virtue.test(text))).toEqual([]);
    }
  });
});

describe("what depends on the language", () => {
  const english = createTexts("en", en);
  const spanish = createTexts("es", es);
  const plain = (text: string): string => text.replace(/\u00a0/g, " ");

  test("sums carry the session's symbol and factor in the place the language gives it", () => {
    expect(english.money(55, { symbol: "$", factor: 1 })).toBe("$55");
    expect(english.money(55, { symbol: "", factor: 1 })).toBe("55");
    expect(plain(english.money(55, { symbol: "KSh", factor: 10 }))).toBe("KSh 550");
    expect(plain(spanish.money(55, { symbol: "€", factor: 250 }))).toBe("13.750 €");
    expect(english.money(33, { symbol: "$", factor: 0.5 })).toBe("$16.50");
    expect(createTexts("ar-EG", en).money(55, { symbol: "", factor: 1 })).toBe("٥٥");
  });

  test("days are told as the language tells them", () => {
    expect(english.inDays(12)).toBe("in 12 days");
    expect(spanish.inDays(12)).toBe("dentro de 12 días");
  });

  test("a value that was not given stays visible rather than 'undefined'", () => {
    expect(english.t("consent.lead", { lender: "Demo" })).toContain("{minutes}");
  });
});
