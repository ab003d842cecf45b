import { expect, test } from "vitest";

import { rangeOf } from "./range.ts";
import { readMonitoringSearch } from "./search.ts";

const NOW = Date.parse("2026-11-27T00:30:00Z");

test("an address that says nothing means the last 30 days of UTC, today included", () => {
  expect(rangeOf({}, NOW)).toEqual({ from: "2026-10-29", to: "2026-11-27", problem: null });
  expect(rangeOf({ days: "7" }, NOW)).toMatchObject({ from: "2026-11-21", to: "2026-11-27" });
  expect(rangeOf({ days: "365" }, NOW)).toMatchObject({ from: "2025-11-28", problem: null });
});

test("days of one's own go before a span, and one end alone is completed", () => {
  expect(rangeOf({ days: "7", from: "2026-01-01", to: "2026-01-31" }, NOW)).toMatchObject({ from: "2026-01-01" });
  expect(rangeOf({ from: "2026-11-20" }, NOW)).toMatchObject({ from: "2026-11-20", to: "2026-11-27" });
  expect(rangeOf({ to: "2026-03-01" }, NOW)).toMatchObject({ from: "2026-01-31", to: "2026-03-01" });
  expect(rangeOf({ from: "2027-01-05" }, NOW)).toMatchObject({ to: "2027-01-05", problem: null });
});

test("days the server would refuse are refused in words before it is asked", () => {
  expect(rangeOf({ from: "2026-02-02", to: "2026-02-01" }, NOW).problem).toMatch(/before the first/);
  expect(rangeOf({ from: "2024-12-31", to: "2026-01-01" }, NOW).problem).toMatch(/367 days; at most 366/);
  expect(rangeOf({ from: "2025-01-01", to: "2026-01-01" }, NOW).problem).toBeNull();
});

test("days that no calendar has are read from no address", () => {
  for (const from of ["2026-02-30", "0026-01-01", "2026-1-1", "yesterday", "2026-13-01", ""]) {
    expect(readMonitoringSearch({ from }).from, from).toBeUndefined();
  }
  expect(readMonitoringSearch({ from: "2024-02-29", days: "31", simulated: "no" })).toEqual({
    env: undefined,
    deployment: undefined,
    days: undefined,
    from: "2024-02-29",
    to: undefined,
    simulated: undefined,
  });
});
