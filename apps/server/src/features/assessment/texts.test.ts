import { LANGUAGE_CODES, type LanguageCode } from "@tallystick/contract";
import { expect, test } from "vitest";

import { chooseLanguage, say } from "./texts.ts";

const choose = (
  tags: readonly (string | null)[],
  acceptLanguage: string | undefined,
  offered: readonly LanguageCode[],
) => chooseLanguage({ tags, acceptLanguage, offered });

test("the applicant's choice comes before the session's language, that before the browser's, that before the default", () => {
  expect(choose(["es", "en"], "en", ["en", "es"])).toBe("es");
  expect(choose([null, "es"], "en", ["en", "es"])).toBe("es");
  expect(choose([null, null], "es-MX,es;q=0.9", ["en", "es"])).toBe("es");
  expect(choose([null, null], "en;q=0.2, es;q=0.7", ["en", "es"])).toBe("es");
  expect(choose([null, null], undefined, ["es", "en"])).toBe("es");
  expect(choose(["ar-EG"], "en", LANGUAGE_CODES)).toBe("ar");
});

test("a language that is not offered, is none, or is refused by the browser, is passed over", () => {
  expect(choose(["es"], "es", ["en"])).toBe("en");
  expect(choose(["sw"], "sw, fr;q=0.5", ["en", "fr"])).toBe("fr");
  expect(choose(["toString", "__proto__"], ";;,q=,*;q=x", ["en", "es"])).toBe("en");
  expect(choose([], "es;q=0, en;q=0.1", ["fr", "es", "en"])).toBe("en");
});

test("an old phone's tag for Indonesian is understood", () => {
  expect(choose([], "in-ID,en;q=0.5", ["en", "id"])).toBe("id");
});

test("every language of the table can be chosen by its tag and has words", () => {
  for (const code of LANGUAGE_CODES) {
    expect(choose([code], undefined, LANGUAGE_CODES)).toBe(code);
    expect(say(code, "consent.accept")).not.toBe("");
  }
});

test("names are filled in once, unknown ones stay", () => {
  expect(say("en", "consent.policy", { lender: "A {count} {lender}" })).toBe("How A {count} {lender} uses your data");
  expect(say("en", "consent.policy")).toContain("{lender}");
});

test("numbers decide the form of the words and have the language's digits", () => {
  expect(say("en", "consent.lead", { lender: "A", count: 1 })).toContain("about 1 minute.");
  expect(say("en", "consent.lead", { lender: "A", count: 6 })).toContain("about 6 minutes.");
  expect(say("ar", "consent.lead", { lender: "A", count: 6 })).toContain("٦ دقائق");
  expect(say("ar", "consent.lead", { lender: "A", count: 2 })).toContain("دقيقتين");
});

test("a lender's name keeps its own direction inside words of the other", () => {
  expect(say("ar", "consent.policy", { lender: "Demo Lender" })).toContain("\u2068Demo Lender\u2069");
  expect(say("en", "consent.policy", { lender: "بنك" })).toContain("\u2068بنك\u2069");
  expect(say("en", "consent.policy", { lender: "Bank" })).not.toMatch(/[\u2068\u2069]/);
});
