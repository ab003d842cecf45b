import { describe, expect, test } from "vitest";
import { standard10 } from "./models.ts";
import { normalCdf } from "./normal.ts";
import { riskScore } from "./risk.ts";
import { score } from "./score.ts";
import { calmJourney, money, session, standardSession, statements, taps, withMetrics } from "./testing/facts.ts";

/** What the standard model's document adds to a result: a table of percentiles, bands, norms by device. */

const table = standard10.percentileTable ?? [];

describe("the percentile table", () => {
  test("gives the percentile of the normal distribution at every hundredth of u", () => {
    expect(table).toHaveLength(98);
    for (let step = -400; step <= 400; step += 1) {
      const u = step / 100;
      const percentile = Math.min(99, Math.max(1, Math.round(100 * (1 - normalCdf(u)))));
      expect(riskScore(u, table), `u ${u}`).toBe(percentile);
    }
  });

  test("reaches from 1 to 99 and no further", () => {
    expect([riskScore(40, table), riskScore(-40, table)]).toEqual([1, 99]);
  });
});

describe("uncertainty", () => {
  const atNorm = standardSession({ tasks: [withMetrics(money, { share_later: 0.514 }), taps, statements] });

  test("is the score at u ± .56, and a band of 80 % about each trait in stens", () => {
    const { uncertainty } = score(atNorm).working;
    expect(uncertainty?.score).toEqual([
      Math.round(100 * (1 - normalCdf(0.56))),
      Math.round(100 * (1 - normalCdf(-0.56))),
    ]);
    const half = 2 * 1.28 * Math.sqrt(1 - 0.76);
    expect(uncertainty?.traits["patience"]).toEqual({
      standardError: Math.round(Math.sqrt(0.76 * 0.24) * 1e6) / 1e6,
      stens: [Math.round(10 * (5.5 - half)) / 10, Math.round(10 * (5.5 + half)) / 10],
    });
  });

  test("ends where the scale ends, and follows the direction of the trait's name", () => {
    const uneven = withMetrics(taps, { ln_spread: 9 });
    const { uncertainty } = score({ ...atNorm, tasks: [money, uneven, statements] }).working;
    const [low, high] = uncertainty?.traits["attention"]?.stens ?? [];
    expect(low).toBe(0.5);
    expect(high).toBeLessThan(5.5);
  });

  test("of the score is missing without a score", () => {
    const tasks = [withMetrics(money, { share_later: null }), taps, statements];
    expect(score({ ...atNorm, tasks }).working.uncertainty?.score).toBeNull();
  });

  test("is not told by the first models, whose stored results keep their bytes", () => {
    expect(score(session()).working).not.toHaveProperty("uncertainty");
  });
});

describe("the device", () => {
  const [patience, ...rest] = standard10.traits;
  if (patience === undefined) throw new Error("the model has no trait");
  const onPhones = { ...patience, normsByDevice: { phone: { ...patience.norm, centre: 0.9 } } };
  const model = { ...standard10, traits: [onPhones, ...rest] };
  const on = (deviceClass: "phone" | "computer" | null) =>
    score({ ...standardSession({ model }), journey: { ...calmJourney, deviceClass } }).working.z["patience"] ?? NaN;

  test("chooses its own norm where the model has one, and else the common one", () => {
    expect(on("computer")).toBe(on(null));
    expect(on("phone")).toBeLessThan(on("computer"));
  });
});

test("a metric that the model logs itself is logged before its norm, and nothing has no logarithm", () => {
  const [patience, ...rest] = standard10.traits;
  if (patience === undefined) throw new Error("the model has no trait");
  const norm = { ...patience.norm, centre: 0, scale: 1 };
  const model = { ...standard10, traits: [{ ...patience, norm, transformation: "ln" as const }, ...rest] };
  const z = (share_later: number) =>
    score(standardSession({ model, tasks: [withMetrics(money, { share_later }), taps, statements] })).working.z;
  expect(z(0.5)["patience"]).toBeCloseTo(Math.log(0.5), 5);
  expect(z(0)).not.toHaveProperty("patience");
});
