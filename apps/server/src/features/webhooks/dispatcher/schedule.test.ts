import fc from "fast-check";
import { expect, it } from "vitest";

import { MAX_ATTEMPTS, nextDelayMs, RETRY_DELAYS_MS } from "./schedule.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const HOUR_MS = 3_600_000;

function delay(number: number, headers: Record<string, string> = {}, random = 0): number | null {
  return nextDelayMs({ number, headers, nowMs: NOW, random: () => random });
}

it("is at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then over", () => {
  const seconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
  expect(seconds.map((_, index) => delay(index + 1))).toEqual(seconds.map((value) => value * 1000));
  expect(MAX_ATTEMPTS).toBe(11);
  expect(delay(MAX_ATTEMPTS)).toBeNull();
});

it("jitter lengthens by up to a tenth and never shortens", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (number, random) => {
        const base = RETRY_DELAYS_MS[number - 1] ?? 0;
        const got = delay(number, {}, random) ?? Number.NaN;
        expect(got).toBeGreaterThanOrEqual(base);
        expect(got).toBeLessThanOrEqual(Math.round(base * 1.1));
      },
    ),
  );
});

it("Retry-After lengthens the wait, in seconds or as a date, up to a day", () => {
  expect(delay(1, { "retry-after": "120" })).toBe(120_000);
  expect(delay(1, { "retry-after": "Mon, 23 Nov 2026 12:02:00 GMT" })).toBe(120_000);
  expect(delay(1, { "retry-after": "Monday, 23-Nov-26 12:02:00 GMT" })).toBe(120_000);
  expect(delay(1, { "retry-after": "Mon Nov 23 12:02:00 2026" })).toBe(120_000);
  expect(delay(1, { "retry-after": " 120 " })).toBe(120_000);
  expect(delay(1, { "retry-after": "9999999" })).toBe(24 * HOUR_MS);
  expect(delay(1, { "retry-after": "86400" })).toBe(24 * HOUR_MS);
  expect(delay(1, { "retry-after": "Wed, 25 Nov 2026 12:00:00 GMT" })).toBe(24 * HOUR_MS);
});

it("a date is measured by the receiver's own clock where it names it", () => {
  const headers = { date: "Mon, 23 Nov 2026 15:00:00 GMT", "retry-after": "Mon, 23 Nov 2026 15:00:30 GMT" };
  expect(delay(1, headers)).toBe(30_000);
});

it("Retry-After never shortens the wait, and nonsense asks for nothing", () => {
  for (const value of [
    "0",
    "1",
    "-5",
    "soon",
    "",
    "1e99",
    "NaN",
    "Mon, 23 Nov 2020 12:00:00 GMT",
    "9".repeat(400),
    "2026-11-24",
    "tomorrow 2027",
    "Mon, 99 Xyz 2027 00:00:00 GMT",
  ]) {
    expect(delay(3, { "retry-after": value })).toBe(300_000);
  }
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (value, number) => {
      const got = delay(number, { "retry-after": value }) ?? Number.NaN;
      expect(got).toBeGreaterThanOrEqual(RETRY_DELAYS_MS[number - 1] ?? 0);
      expect(got).toBeLessThanOrEqual(24 * HOUR_MS);
    }),
  );
});
