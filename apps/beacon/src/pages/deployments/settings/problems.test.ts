import { environmentSettingsSchema } from "@tallystick/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

import { draftOf, patchOf, type Draft, type DraftName } from "./draft.ts";
import { fieldOfRefusal, problemsOf } from "./problems.ts";

const DRAFT = draftOf(environmentSettingsSchema.parse({}));

/** What the server's schema says to one field of the form. */
function serverTakes(name: DraftName, draft: Draft): boolean {
  return environmentSettingsSchema.safeParse(patchOf(draft, [name])).success;
}

const CASES: readonly (readonly [DraftName, readonly string[]])[] = [
  ["session_hours", ["1", "24", "10000", "0", "10001", "1.5", "", "two", "-3"]],
  ["money_factor", ["1", "0.5", "1000000", "0", "-1", "", "x", "1000001"]],
  ["money_symbol", ["", "KSh", "1234567"]],
  ["lender_name", ["", "Acme Bank", "x".repeat(60), "x".repeat(61)]],
  ["accent", ["", "#1a5fb4", "#FFF", "red", "#12345g"]],
  ["privacy_policy_url", ["", "https://a.example/p", "http://a.example", "ftp://a.example", "privacy"]],
  [
    "completion_url",
    ["", "myapp://done?a=1", "https://a.example/d", "tel:+1", "done", "javascript:alert(1)", "JavaScript:x", "a b"],
  ],
  [
    "frame_ancestors",
    ["", "https://a.example", "https://a.example\nhttp://b.example", "https://a.example/x", "a.example"],
  ],
  [
    "risk_band_cutoffs",
    [
      "20, 40, 60, 80",
      "1,2,3,4",
      "20,40,60",
      "20,20,60,80",
      "0,1,2,3",
      "96,97,98,99",
      "97,98,99,100",
      "a,b,c,d",
      "1,2,3,4,5",
      "",
    ],
  ],
  ["inputs_days", ["", "1", "0", "36500", "36501", "1.5", "x"]],
  ["results_days", ["", "7", "6"]],
  ["deliveries_days", ["", "7", "6"]],
];

test.each(CASES)("%s: the form refuses exactly what the server would", (name, values) => {
  const judged = values.map((value) => {
    const draft = { ...DRAFT, [name]: value };
    return [value, problemsOf(draft)[name] === undefined];
  });
  expect(judged).toEqual(values.map((value) => [value, serverTakes(name, { ...DRAFT, [name]: value })]));
});

test("whatever is typed for a number, the form never lets through what the server refuses", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CASES.map(([name]) => name)), fc.string({ maxLength: 12 }), (name, value) => {
      const draft = { ...DRAFT, [name]: value };
      return problemsOf(draft)[name] !== undefined || serverTakes(name, draft);
    }),
  );
});

test("a refusal of the server stands beside the field that it names", () => {
  const names: readonly DraftName[] = ["session_hours", "accent", "inputs_days"];
  expect(fieldOfRefusal("brand.accent: must be a colour such as #1a5fb4. How the", names)).toBe("accent");
  expect(fieldOfRefusal("session_hours: takes at most 10000. How long", names)).toBe("session_hours");
  expect(fieldOfRefusal("retention.inputs_days: takes a whole number", names)).toBe("inputs_days");
  expect(fieldOfRefusal("languages: names one twice. Offered", names)).toBe("languages");
  expect(fieldOfRefusal("brand: lender_name holds a character that can not be seen.", names)).toBe("lender_name");
  expect(fieldOfRefusal("brand: is a number; expected an object", names)).toBe("accent");
  expect(fieldOfRefusal("frame_ancestors.0: must be an origin", names)).toBe("frame_ancestors");
  expect(fieldOfRefusal("Settings: does not know x", names)).toBeNull();
  expect(fieldOfRefusal("The deployment is archived", names)).toBeNull();
});
