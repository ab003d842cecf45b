import { expect, test } from "vitest";

import { fromLocalInput, toLocalInput } from "./local-time.ts";

test("a minute of the field is the same minute in epoch seconds and back, in every season", () => {
  for (const text of ["2026-01-02T03:04", "2026-07-31T23:59", "1999-12-31T00:00"]) {
    const epochS = fromLocalInput(text);
    expect(epochS).toBe(new Date(text).getTime() / 1000);
    expect(toLocalInput(epochS)).toBe(text);
  }
});

test("an empty or half typed time is no time", () => {
  expect(toLocalInput(undefined)).toBe("");
  for (const text of ["", "2026-13-01T00:00", "soon", "1960-01-01T00:00"]) expect(fromLocalInput(text)).toBeUndefined();
});
