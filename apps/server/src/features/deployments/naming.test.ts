import { describe, expect, test } from "vitest";

import { nameAdvice } from "./naming.ts";

const codes = (name: string, others: readonly string[] = []) => nameAdvice(name, others).map(({ code }) => code);

describe("advice about a name", () => {
  test.each([
    ["Personal loans", ["Personal-Loans"]],
    ["Personal loans", ["Personal loan"]],
    ["Crédito rápido", ["credito rapido"]],
    ["Salary advance", ["Salary advnace"]],
    ["Cards 1", ["cards1"]],
  ])('"%s" beside %j: easily taken for each other', (name, others) => {
    expect(codes(name, others)).toEqual(["name_like_another"]);
  });

  test.each([
    ["Personal loans", ["Business loans", "Cards"]],
    ["Loans", ["Cards"]],
    ["Car", ["Cap"]],
    ["Salary advance Kenya", ["Salary advance Ghana"]],
  ])('"%s" beside %j needs none', (name, others) => {
    expect(codes(name, others)).toEqual([]);
  });

  test.each(["Loans TEST", "loans (production)", "prod-loans", "Live cards"])(
    "%s names an environment, which will be wrong on one side",
    (name) => {
      expect(codes(name)).toEqual(["name_names_environment"]);
    },
  );

  test.each(["Contest prize", "Delivery loans", "Product finance"])("%s only contains such letters", (name) => {
    expect(codes(name)).toEqual([]);
  });

  test("a long name is told how long it is", () => {
    expect(nameAdvice("x".repeat(41), [])).toEqual([
      { code: "name_long", detail: "The name has 41 characters; lists show the first 40 or so of them." },
    ]);
    expect(codes("x".repeat(40))).toEqual([]);
  });

  test("the name it has already is no other", () => {
    expect(codes("Loans", ["Loans"])).toEqual([]);
  });
});
