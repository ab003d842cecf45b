import { expect, test } from "vitest";

import { actionWords, factsOf } from "./words.ts";

test("an action reads in words, a new one of the server as its code", () => {
  expect(actionWords("api_key.revealed")).toBe("API key shown");
  expect(actionWords("moon_phase.read")).toBe("Moon phase read");
});

test("each change is a line from what to what, other details one line each, nothing is dropped", () => {
  expect(
    factsOf({
      environment: "test",
      changes: { session_hours: { from: 24, to: 48 }, brand: { from: null, to: { colour: "#123456" } } },
      role: { from: "viewer", to: "admin" },
      sessions: ["ses_a", "ses_b"],
      empty: "",
    }),
  ).toEqual([
    { name: "Environment", value: "test" },
    { name: "Session hours", value: "24 → 48" },
    { name: "Brand", value: 'nothing → {"colour":"#123456"}' },
    { name: "Role", value: "viewer → admin" },
    { name: "Sessions", value: '["ses_a","ses_b"]' },
    { name: "Empty", value: "nothing" },
  ]);
});
