import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LANGUAGE_CODES, LANGUAGES } from "@tallystick/contract";
import { describe, expect, test } from "vitest";
import { catalogueFaults } from "../../../../tools/support/catalogues.mjs";
import en from "./en.json";
import { createTexts, type PluralText } from "./texts.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../..");

function read(path: string): Readonly<Record<string, string | PluralText>> {
  return JSON.parse(readFileSync(join(here, path), "utf8")) as Record<string, string | PluralText>;
}

function formsOf(path: string): readonly string[] {
  return Object.values(read(path)).flatMap((text) => (typeof text === "string" ? [text] : Object.values(text)));
}

function textsOf(language: string) {
  return createTexts(language, read(`${language}.json`));
}

describe("catalogues", () => {
  test("there is one for the phone and one for the server in each language of the table, and no other", () => {
    for (const folder of [".", "pages"]) {
      const files = readdirSync(join(here, folder)).filter((name) => name.endsWith(".json"));
      expect(files.toSorted()).toEqual(LANGUAGE_CODES.map((code) => `${code}.json`).toSorted());
    }
  });

  test("every key is in every language, used, translated, with the places and plural forms it needs", () => {
    expect(catalogueFaults(root)).toEqual([]);
  });

  test("what stands in both catalogues says the same", () => {
    for (const language of LANGUAGE_CODES) {
      const [app, pages] = [read(`${language}.json`), read(`pages/${language}.json`)];
      const both = Object.keys(app).filter((key) => key in pages);
      expect(both.length).toBeGreaterThan(0);
      expect(both.map((key) => [language, key, app[key]])).toEqual(both.map((key) => [language, key, pages[key]]));
    }
  });

  test.each(LANGUAGE_CODES)("%s is set as its readers set it", (language) => {
    const forms = [...formsOf(`${language}.json`), ...formsOf(`pages/${language}.json`)];
    // Three full stops, the typewriter's marks, two spaces.
    expect(forms.filter((text) => /\.\.\.|["'`]| {2}/.test(text))).toEqual([]);
    if (language === "fr") expect(forms.filter((text) => /[\p{L}\d}] ?[?!;:](\s|$)/u.test(text))).toEqual([]);
    if (language === "es") expect(forms.filter((text) => /\?/.test(text) && !/¿/.test(text))).toEqual([]);
    if (language === "ar") expect(forms.filter((text) => /[?;,]/.test(text))).toEqual([]);
    if (language === "hi") expect(forms.filter((text) => /\p{Script=Devanagari}\.(\s|$)/u.test(text))).toEqual([]);
  });

  test("a patient answer is never a virtue in words, and nothing is luck or lot", () => {
    const words =
      /\b(patien|wise|smart|fate|destin|better choice|good choice|worth waiting|paciencia|paciência|sabi[oa]|sábi[oa]|mejor elecci|melhor escolha|sage|sabar|bijak|takdir|nasib|subira|busara|majaliwa)|धैर्य|सब्र|समझदार|क़िस्मत|भाग्य|الصبر|صبور|حكيم|القدر|النصيب|อดทน|ฉลาด|โชคชะตา|kiên nhẫn|khôn ngoan|số phận/iu;
    for (const language of LANGUAGE_CODES) {
      const forms = [...formsOf(`${language}.json`), ...formsOf(`pages/${language}.json`)];
      expect(forms.filter((text) => words.test(text))).toEqual([]);
    }
  });
});

describe("what depends on the language", () => {
  const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ").replace(/\u200f/g, "");
  const sum = (language: string, unit: { symbol: string; factor: number }, amount = 55): string =>
    plain(textsOf(language).money(amount, unit));

  test("sums carry the session's symbol and factor in the place the language gives it", () => {
    expect(textsOf("en").money(55, { symbol: "$", factor: 1 })).toBe("$55");
    expect(sum("en", { symbol: "", factor: 1 })).toBe("55");
    expect(sum("en", { symbol: "KSh", factor: 10 })).toBe("KSh 550");
    expect(sum("es", { symbol: "€", factor: 250 })).toBe("13.750 €");
    expect(sum("pt", { symbol: "R$", factor: 1 })).toBe("R$ 55");
    expect(sum("fr", { symbol: "F CFA", factor: 100 })).toBe("5 500 F CFA");
    expect(sum("id", { symbol: "Rp", factor: 1000 })).toBe("Rp 55.000");
    expect(sum("sw", { symbol: "TSh", factor: 100 })).toBe("TSh 5,500");
    expect(sum("hi", { symbol: "₹", factor: 10_000 })).toBe("₹5,50,000");
    expect(sum("ar", { symbol: "ج.م", factor: 10 })).toBe("٥٥٠ ج.م");
    expect(sum("th", { symbol: "฿", factor: 10 })).toBe("฿550");
    expect(sum("vi", { symbol: "₫", factor: 10_000 })).toBe("550.000 ₫");
    expect(sum("en", { symbol: "$", factor: 0.5 }, 33)).toBe("$16.50");
  });

  test("numbers have the digits that people of the language see on their phones, as the server writes them", () => {
    for (const language of LANGUAGE_CODES) {
      const number = new Intl.NumberFormat(LANGUAGES[language].locale).format(12);
      expect([language, textsOf(language).t("common.game", { number: 12, total: 12 })]).toEqual([
        language,
        expect.stringContaining(number),
      ]);
    }
    expect(textsOf("ar").t("common.game", { number: 1, total: 2 })).toBe("اللعبة ١ من ٢");
  });

  test("a number or a share that stands alone has the same digits as one in a sentence", () => {
    const arabic = textsOf("ar");
    expect([1, 9].map((number) => arabic.number(number))).toEqual(["١", "٩"]);
    expect(arabic.number(0.15, { style: "percent" })).toContain("١٥");
    expect(textsOf("th").number(5, { signDisplay: "always" })).toBe("+5");
  });

  test("days are told in the language's own forms, also where a browser has no words for spans of time", () => {
    const days = (language: string) => [1, 2, 5, 12, 100].map((count) => plain(textsOf(language).inDays(count)));
    expect(days("en")).toEqual(["in 1 day", "in 2 days", "in 5 days", "in 12 days", "in 100 days"]);
    expect(days("es")[3]).toBe("dentro de 12 días");
    expect(days("sw")[3]).toBe("baada ya siku 12");
    expect(days("ar")).toEqual(["بعد يوم واحد", "بعد يومين", "بعد ٥ أيام", "بعد ١٢ يومًا", "بعد ١٠٠ يوم"]);
  });

  test("a name keeps its own direction among words of the other, and is left alone where there is none", () => {
    expect(textsOf("ar").t("stop.text", { lender: "Demo Lender (KE)" })).toContain("\u2068Demo Lender (KE)\u2069");
    expect(textsOf("en").t("stop.text", { lender: "بنك الأمل" })).toContain("\u2068بنك الأمل\u2069");
    expect(textsOf("en").t("stop.text", { lender: "Demo Lender" })).not.toMatch(/[\u2068\u2069]/);
  });

  test("a language that the browser knows nothing of is written with the digits 0 to 9", () => {
    expect(createTexts("xx", en).money(1225, { symbol: "", factor: 1 })).toBe("1,225");
  });

  test("a value that was not given stays visible rather than 'undefined'", () => {
    expect(textsOf("en").t("stop.text")).toContain("{lender}");
  });
});
