import { expect, test } from "vitest";

import { faultsOf } from "./catalogues.mjs";

const SOURCE =
  't("room.title"); t("room.steps", { done }); t(`room.${shape}`); const shapes = ["circle"]; t("room.left", {})';
const EN = {
  "room.title": "Quick and simple",
  "room.steps": "{done} of {total}",
  "room.circle": "Circle",
  "room.left": { one: "{count} game left", other: "{count} games left" },
};
const SW = {
  "room.title": "Haraka na rahisi",
  "room.steps": "{done} kati ya {total}",
  "room.circle": "Duara",
  "room.left": { one: "Mchezo mmoja", other: "Michezo {count}" },
};

function faults(sw: Readonly<Record<string, string | Readonly<Record<string, string>>>>, more: object = {}) {
  return faultsOf({
    folder: "i18n",
    languages: { en: EN, sw: { ...SW, ...sw } },
    text: SOURCE,
    names: SOURCE,
    ...more,
  });
}

test("a catalogue without faults has none", () => {
  expect(faults({})).toEqual([]);
});

test("a key that a language lacks is named with its file", () => {
  const { "room.title": _, ...rest } = SW;
  expect(faultsOf({ folder: "i18n", languages: { en: EN, sw: rest }, text: SOURCE, names: SOURCE })).toEqual([
    'i18n/sw.json: lacks "room.title"',
  ]);
});

test.each([
  ["a key that the source has not", { "room.old": "Zamani" }, /"room\.old" is in no other language/],
  ["a place that is missing", { "room.steps": "{done} tu" }, /"room\.steps" lacks \{total\}/],
  ["a place too many", { "room.title": "Haraka {n}" }, /"room\.title" has \{n\}/],
  ["a brace on its own", { "room.title": "Haraka {" }, /brace/],
  ["an empty text", { "room.title": " " }, /"room\.title" is empty/],
  ["a missing plural form", { "room.left": { other: "Michezo {count}" } }, /sw needs one, other/],
  [
    "a plural form of another language",
    { "room.left": { few: "a", one: "b", other: "{count}" } },
    /has the plural forms/,
  ],
  ["plural forms that nothing decides", { "room.title": { one: "a", other: "b" } }, /no \{count\} decides/],
  ["a text left in English", { "room.title": "Quick and simple" }, /"room\.title" was left in English/],
])("%s is a fault", (_what, change, fault) => {
  expect(faults(change).join("\n")).toMatch(fault);
});

test("short texts that are the same in both languages are a fault when they are many", () => {
  const same = Object.fromEntries(["a", "b", "c"].map((name) => [`room.${name}`, "Menu"]));
  const text = `${SOURCE}; t("room.a"); t("room.b"); t("room.c")`;
  const languages = { en: { ...EN, ...same }, sw: { ...SW, ...same } };
  expect(faultsOf({ folder: "i18n", languages, text, names: text })).toEqual([
    "i18n/sw.json: 3 texts were left in English: room.a, room.b, room.c",
  ]);
});

test("a number may be left out where the form itself says it, but not in the form for all others", () => {
  expect(faults({ "room.left": { one: "Mchezo mmoja", other: "Michezo mingi" } })).toEqual([
    'i18n/sw.json: "room.left" (other) lacks {count}',
  ]);
});

test("a key that no source uses, and one that only a source knows, are faults of the English catalogue", () => {
  expect(faults({}, { text: 't("room.title"); t("room.steps"); t("room.left"); t("room.gone")', names: "" })).toEqual([
    'i18n/en.json: "room.circle" is used nowhere',
    'i18n/en.json: lacks "room.gone", which the source uses',
  ]);
});
