import { expect, test } from "vitest";

import { isLanguage, LANGUAGE_CODES, LANGUAGES, unreviewedOf } from "./languages.ts";

test("the list of codes is the table's, in its order, and each is a language that Intl knows", () => {
  expect(LANGUAGE_CODES).toEqual(Object.keys(LANGUAGES));
  expect(Intl.PluralRules.supportedLocalesOf(LANGUAGE_CODES)).toEqual(LANGUAGE_CODES);
});

test("the direction is the one of the language's own script", () => {
  for (const code of LANGUAGE_CODES) {
    const isRightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(LANGUAGES[code].name);
    expect([code, LANGUAGES[code].direction]).toEqual([code, isRightToLeft ? "rtl" : "ltr"]);
  }
});

test("a language counts as reviewed only when somebody says so, and tags are no members of an object", () => {
  expect(unreviewedOf(["en", "ar", "es"])).toEqual(["ar", "es"]);
  expect(["en", "EN", "toString", "__proto__", ""].map(isLanguage)).toEqual([true, false, false, false, false]);
});
