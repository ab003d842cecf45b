import { LANGUAGE_CODES } from "@tallystick/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { checkText } from "./message.ts";
import { smsLength } from "./sms-length.ts";
import { TEMPLATES } from "./templates.ts";

describe("the length of an SMS", () => {
  test.each([
    ["a".repeat(160), { encoding: "gsm7", units: 160, segments: 1, left: 0 }],
    ["a".repeat(161), { encoding: "gsm7", units: 161, segments: 2, left: 145 }],
    [`${"a".repeat(159)}€`, { encoding: "gsm7", units: 161, segments: 2 }],
    ["ш".repeat(70), { encoding: "ucs2", units: 70, segments: 1, left: 0 }],
    ["ш".repeat(71), { encoding: "ucs2", units: 71, segments: 2, left: 63 }],
    ["", { encoding: "gsm7", units: 0, segments: 1, left: 160 }],
  ])("case %#", (text, length) => {
    expect(smsLength(text)).toMatchObject(length);
  });

  test("a pair is never torn apart between two messages", () => {
    expect(smsLength(`${"a".repeat(152)}€${"a".repeat(10)}`)).toMatchObject({ segments: 2, left: 141 });
    expect(smsLength(`${"ш".repeat(66)}🙂${"ш".repeat(10)}`)).toMatchObject({ segments: 2, left: 55 });
  });

  test("names the letters that make it dear", () => {
    expect(smsLength("maçã ou pão").forced_by).toEqual(["ç", "ã"]);
  });

  test("another letter never makes a text shorter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
        expect(smsLength(`${text}a`).units).toBeGreaterThan(smsLength(text).units);
        expect(smsLength(`${text}a`).segments).toBeGreaterThanOrEqual(smsLength(text).segments);
      }),
    );
  });
});

describe.each(LANGUAGE_CODES)("the templates in %s", (language) => {
  const values: Readonly<Record<string, string>> = {
    lender: "Nkoma Bank",
    link: "https://a.lender.example/a/7k3m9x2q4w8z",
    minutes: "6",
    until: "31 Dec",
  };

  test("can be filled in", () => {
    for (const channel of ["sms", "whatsapp"] as const) {
      expect(checkText(TEMPLATES[channel][language])).toBe(TEMPLATES[channel][language]);
    }
  });

  test("fit one SMS with a name and a short link", () => {
    const text = TEMPLATES.sms[language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "?");
    expect(smsLength(text), text).toMatchObject({ segments: 1 });
  });
});

describe("a text of one's own", () => {
  test.each([
    ["Play: now", /no \{link\}/],
    ["{link} or {link}", /more than once/],
    ["{name}: {link}", /\{name\} is no placeholder/],
    ["Play {link}.", /space or a new line/],
  ])("%s is refused with the reason", (text, reason) => {
    expect(() => checkText(text)).toThrow(reason);
  });

  test("is taken as it is otherwise", () => {
    expect(checkText("Hi, {lender}!\n{link}\nuntil {until}")).toContain("{link}");
  });
});
