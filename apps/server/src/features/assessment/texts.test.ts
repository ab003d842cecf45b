import { expect, test } from "vitest";

import { catalogueOf, chooseLanguage, fill } from "./texts.ts";

const choose = (
  tags: readonly (string | null)[],
  acceptLanguage: string | undefined,
  offered: readonly ("en" | "es")[],
) => chooseLanguage({ tags, acceptLanguage, offered });

test("the applicant's choice comes before the session's language, that before the browser's, that before the default", () => {
  expect(choose(["es", "en"], "en", ["en", "es"])).toBe("es");
  expect(choose([null, "es"], "en", ["en", "es"])).toBe("es");
  expect(choose([null, null], "es-MX,es;q=0.9", ["en", "es"])).toBe("es");
  expect(choose([null, null], "en;q=0.2, es;q=0.7", ["en", "es"])).toBe("es");
  expect(choose([null, null], undefined, ["es", "en"])).toBe("es");
});

test("a language that is not offered, or is none, is passed over", () => {
  expect(choose(["es"], "es", ["en"])).toBe("en");
  expect(choose(["toString", "__proto__"], ";;,q=,*;q=x", ["en", "es"])).toBe("en");
});

test("every language says everything", () => {
  expect(Object.keys(catalogueOf("es")).toSorted()).toEqual(Object.keys(catalogueOf("en")).toSorted());
});

test("names are filled in, unknown ones stay", () => {
  expect(fill("{lender}: {minutes} {other}", { lender: "A {minutes}", minutes: "2" })).toBe("A {minutes}: 2 {other}");
});
