import { environmentSettingsSchema, type EnvironmentSettings } from "@tallystick/contract";
import { expect, test } from "vitest";

import { changedNames, draftOf, DRAFT_NAMES, patchOf, PLACES } from "./draft.ts";

const SAVED = environmentSettingsSchema.parse({
  brand: { lender_name: "Acme", logo: { id: "0".repeat(32), width: 10, height: 10 } },
  completion_url: "myapp://done?a=1&b=%20",
  frame_ancestors: ["https://a.example", "https://b.example"],
  retention: { inputs_days: null },
});

/** As the server merges: members of objects stay unless they are given. */
function merged(patch: Readonly<Record<string, unknown>>): EnvironmentSettings {
  const stored: Record<string, unknown> = { ...SAVED };
  for (const [name, value] of Object.entries(patch)) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    stored[name] = isObject ? { ...(stored[name] as object), ...value } : value;
  }
  return environmentSettingsSchema.parse(stored);
}

test("every setting that people may choose has its field, save for the logo, which is uploaded", () => {
  const settings = new Set<string>(DRAFT_NAMES.map((name) => PLACES[name][0]));
  expect([...settings].toSorted()).toEqual(Object.keys(environmentSettingsSchema.shape).toSorted());
  const brand = DRAFT_NAMES.flatMap((name) => (PLACES[name][0] === "brand" ? [PLACES[name][1]] : []));
  expect(Object.keys(SAVED.brand).filter((member) => !brand.includes(member))).toEqual(["logo"]);
});

test("a form that is sent as it was read changes nothing, to the last character", () => {
  const draft = draftOf(SAVED);
  expect(merged(patchOf(draft, DRAFT_NAMES))).toEqual(SAVED);
});

test("only what differs is sent, and of brand and retention only the member", () => {
  const saved = draftOf(SAVED);
  const edits = { accent: "#1a5fb4", session_hours: "24", results_days: "", frame_ancestors: "https://a.example\n\n" };
  const names = changedNames(edits, saved);
  expect(names).not.toContain("session_hours");
  expect(patchOf({ ...saved, ...edits }, names)).toEqual({
    brand: { accent: "#1a5fb4" },
    retention: { results_days: null },
    frame_ancestors: ["https://a.example"],
  });
});

test("an emptied address is cleared, and nobody's name is taken for one", () => {
  const saved = draftOf(SAVED);
  const patch = patchOf({ ...saved, completion_url: "", lender_name: "" }, ["completion_url", "lender_name"]);
  expect(patch).toEqual({ completion_url: null, brand: { lender_name: null } });
});
