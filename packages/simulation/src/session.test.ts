import { describe, expect, test } from "vitest";
import { throughDevice } from "./latency.ts";
import { headOf, linesOf, type SimulationOrder } from "./lines.ts";
import { namedPopulation, populationOf } from "./named.ts";
import { peopleOf } from "./population.ts";
import { playAll, scoreSession, sessionOf, setUp } from "./session.ts";

const setup = setUp({ battery: "standard-1" });
const person = peopleOf(populationOf("honest"), "sessions");

describe("a setup", () => {
  test.each([
    [{ battery: "standard-9" }, "there is no battery standard-9"],
    [{ battery: "standard-1", model: "x" }, "there is no model x"],
    [{ battery: "standard-1", model: "preview-1.1" }, "model preview-1.1 is not one of battery standard-1"],
    [{ battery: "standard-1", off: ["balloons"] }, "battery standard-1 has no task balloons"],
  ])("%j is refused", (names, reason) => {
    expect(() => setUp(names)).toThrow(reason);
  });
});

describe("a session", () => {
  test("has a score, a confidence and every metric of the battery", () => {
    const row = sessionOf(setup, person(1));
    expect(row.uid).toBe("SIM-0000002");
    expect(row.score).toBeGreaterThanOrEqual(1);
    expect(row.score).toBeLessThanOrEqual(99);
    expect(row.confidence).toBe("HIGH");
    expect(Object.keys(row.metrics)).toContain("tower.ln_first_move");
    expect(row.durationMs).toBeGreaterThan(180_000);
  });

  test("without a task plays the others as it did before, and without a weighted one has no score", () => {
    const whole = sessionOf(setup, person(2));
    const some = sessionOf(setUp({ battery: "standard-1", off: ["quick_taps"] }), person(2));
    expect(some.z).toEqual(Object.fromEntries(Object.entries(whole.z).filter(([key]) => key !== "attention")));
    expect(some.score).toBe(whole.score);
    expect(sessionOf(setUp({ battery: "standard-1", off: ["statements"] }), person(2)).score).toBeNull();
  });

  test("of another day differs, of the same day and attempt does not", () => {
    const first = JSON.stringify(sessionOf(setup, person(3)));
    expect(JSON.stringify(sessionOf(setup, person(3), { day: 1, attempt: 1 }))).toBe(first);
    expect(JSON.stringify(sessionOf(setup, person(3), { day: 2, attempt: 1 }))).not.toBe(first);
  });

  test("of somebody unknown is refused", () => {
    expect(() => sessionOf(setup, { ...person(0), player: "toString" })).toThrow("there is no player toString");
  });
});

describe("through a slower device", () => {
  const played = playAll(setup, person(4));

  test("every answer comes later, and with no delay nothing changes", () => {
    expect(played.map((attempt) => throughDevice(attempt, { delayMs: 0 }))).toEqual(played);
    const later = scoreSession(
      setup,
      played.map((attempt) => throughDevice(attempt, { delayMs: 100 })),
    );
    const before = scoreSession(setup, played);
    expect(later.unfinished).toEqual([]);
    expect(later.result.score).toBe(before.result.score);
    expect((later.metrics["quick_taps.median_rt_ms"] ?? 0) - (before.metrics["quick_taps.median_rt_ms"] ?? 0)).toBe(
      100,
    );
  });

  test.each([60, 30])(
    "at %i frames a second every time lies on one, never before its own, and all tasks end",
    (frameHz) => {
      const recorded = played.map((attempt) => throughDevice(attempt, { delayMs: 30, frameHz }));
      for (const [index, { inputs }] of recorded.entries()) {
        for (const [at, input] of inputs.entries()) {
          const frames = (input.at * frameHz) / 1_000;
          expect(Math.abs(frames - Math.round(frames))).toBeLessThan(0.04);
          expect(input.at).toBeGreaterThanOrEqual(played[index]?.inputs[at]?.at ?? NaN);
        }
      }
      const session = scoreSession(setup, recorded);
      expect(session.unfinished).toEqual([]);
      expect(session.result.score).toBe(scoreSession(setup, played).result.score);
      expect(session.metrics["quick_taps.ln_spread"]).not.toBeNull();
    },
  );

  test("a press that misses its deadline becomes a timeout, and the task still ends", () => {
    const late = played.map((attempt) => throughDevice(attempt, { delayMs: 1_500 }));
    expect(late.flatMap(({ inputs }) => inputs.map(({ kind }) => kind))).toContain("timeout");
    expect(scoreSession(setup, late).unfinished).toEqual([]);
  });
});

describe("lines", () => {
  const order: SimulationOrder = {
    population: namedPopulation("mixed")!,
    seed: "lines",
    noise: 1,
    setup: { battery: "standard-1" },
    format: "csv",
  };

  test("of csv have a cell for each column, and are the same in one run or in several", () => {
    const lines = linesOf(order);
    const text = lines(0, 6);
    expect(lines(0, 2) + lines(2, 6)).toBe(text);
    const width = headOf(order).split(",").length;
    const rows = text.trimEnd().split("\n");
    expect(rows.map((row) => row.split(",").length)).toEqual(rows.map(() => width));
    for (const row of rows) expect(row).toMatch(/^SIM-\d{7},/);
  });

  test("of jsonl are documents", () => {
    const json: SimulationOrder = { ...order, format: "jsonl" };
    expect(headOf(json)).toBe("");
    const rows = linesOf(json)(0, 3).trimEnd().split("\n");
    expect(rows.map((row) => (JSON.parse(row) as { uid: string }).uid)).toEqual([
      "SIM-0000001",
      "SIM-0000002",
      "SIM-0000003",
    ]);
  });
});
