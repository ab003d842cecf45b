import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { balloonMachine, type BalloonState, type BalloonTrial } from "./machine.ts";
import { balloonMetrics } from "./metrics.ts";
import { planBalloons } from "./plan.ts";
import { BALLOON_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const SEED = "0123456789abcdef0123456789abcdef";

describe("the plan", () => {
  test("is one practice balloon and ten that count, limits from 1 to 20", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const balloons = planBalloons(seed, BALLOON_PARAMETERS);
        expect(balloons.map(({ practice }) => practice)).toEqual([true, ...Array<boolean>(10).fill(false)]);
        for (const { limit } of balloons) {
          expect(Number.isInteger(limit)).toBe(true);
          expect(limit).toBeGreaterThanOrEqual(1);
          expect(limit).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  test("is as the applicant is told: every limit equally likely, at every place, whatever came before", () => {
    const forms = 8_000;
    const counts = Array.from({ length: 11 }, () => Array<number>(21).fill(0));
    let products = 0;
    for (let form = 0; form < forms; form += 1) {
      const limits = planBalloons(form.toString(16).padStart(32, "0"), BALLOON_PARAMETERS).map(({ limit }) => limit);
      limits.forEach((limit, place) => {
        const row = counts[place];
        if (row !== undefined) row[limit] = (row[limit] ?? 0) + 1;
        if (place > 0) products += (limit - 10.5) * ((limits[place - 1] ?? NaN) - 10.5);
      });
    }
    for (const row of counts) {
      const chiSquare = row.slice(1).reduce((sum, count) => sum + (count - forms / 20) ** 2 / (forms / 20), 0);
      expect(chiSquare).toBeLessThan(45); // 19 degrees of freedom, p = .0007
    }
    expect(Math.abs(products / (forms * 10) / 33.25)).toBeLessThan(0.015);
  });
});

function state(...inputs: readonly Omit<TaskInput, "n">[]): BalloonState {
  return inputs.reduce<BalloonState>(
    (current, input, n) => {
      const next = balloonMachine.apply(current, { n, ...input });
      if ("refused" in next) throw new Error(`${next.refused} at ${n}`);
      return next;
    },
    balloonMachine.start(SEED, BALLOON_PARAMETERS),
  );
}

describe("the machine", () => {
  const opened = { at: 10, kind: "continue", stimulus: "intro" };
  const seen = { at: 30, kind: "shown", stimulus: "practice-0" };
  const sized = { at: 900, kind: "press", stimulus: "practice-0", choice: "1" };
  const watched = { at: 2_000, kind: "continue", stimulus: "practice-0" };
  const after = { n: 9, at: 3_000, kind: "press", stimulus: "practice-0" };

  test("waits for shown, the size, and continue after its end was seen", () => {
    expect(balloonMachine.apply(state(opened), { ...after, choice: "4" })).toEqual({ refused: "not_expected" });
    expect(balloonMachine.apply(state(opened, seen), { ...after, kind: "continue" })).toEqual({
      refused: "not_expected",
    });
    const grown = state(opened, seen, sized);
    expect(balloonMachine.view(grown)).toMatchObject({
      phase: "outcome",
      size: 1,
      burstAt: null,
      gained: 1,
      points: 0,
    });
    expect(balloonMachine.apply(grown, { ...after, choice: "4" })).toEqual({ refused: "not_expected" });
    expect(balloonMachine.view(state(opened, seen, sized, watched))).toMatchObject({ stimulus: "main" });
  });

  test.each(["0", "21", "-1", "1.5", "07", "1e1", " 5", "", "Infinity", "left"])("refuses the size %j", (choice) => {
    expect(balloonMachine.apply(state(opened, seen), { ...after, choice })).toEqual({ refused: "malformed" });
  });

  test("what is drawn before the choice does not tell the limit", () => {
    const view = balloonMachine.view(state(opened, seen)) ?? {};
    expect(Object.keys(view).sort()).toEqual(
      ["count", "most", "number", "phase", "points", "practice", "shown", "stimulus"].sort(),
    );
  });

  test("holds up to the limit and bursts one step above it; only what held gives points, practice gives none", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 11, maxLength: 11 }), (seed, sizes) => {
        const balloons = planBalloons(seed, BALLOON_PARAMETERS);
        let current = balloonMachine.start(seed, BALLOON_PARAMETERS);
        let n = 0;
        const give = (input: Partial<TaskInput> & { kind: string; stimulus: string }): void => {
          const next = balloonMachine.apply(current, { n, at: n, ...input });
          if ("refused" in next) throw new Error(next.refused);
          current = next;
          n += 1;
        };
        let points = 0;
        give({ kind: "continue", stimulus: "intro" });
        balloons.forEach(({ stimulus, practice, limit }, index) => {
          const size = sizes[index] ?? 1;
          give({ kind: "shown", stimulus });
          give({ kind: "press", stimulus, choice: String(size) });
          const held = size <= limit;
          if (held && !practice) points += size;
          expect(balloonMachine.view(current)).toMatchObject({
            size,
            burstAt: held ? null : limit + 1,
            gained: held ? size : 0,
            points,
          });
          give({ kind: "continue", stimulus });
          if (practice) give({ kind: "continue", stimulus: "main" });
        });
        expect(balloonMachine.isComplete(current)).toBe(true);
      }),
    );
  });
});

interface Sized {
  readonly size: number;
  readonly limit: number;
}

function answered(rounds: readonly Sized[], source: BalloonTrial["source"] = "touch"): BalloonTrial[] {
  return rounds.map(({ size, limit }, index) => {
    const burst = size > limit;
    const points = burst ? 0 : size;
    return { stimulus: `item-${index}`, practice: false, most: 20, rtMs: 3_000, size, limit, burst, points, source };
  });
}
const repeated = (round: Sized): Sized[] => Array.from({ length: 10 }, () => round);

describe("the metrics", () => {
  test("are mean and spread of all ten chosen sizes, burst or not", () => {
    const rounds = [4, 6, 8, 10, 12, 14, 16, 4, 6, 10].map((size) => ({ size, limit: 9 }));
    expect(balloonMetrics(answered(rounds))).toMatchObject({
      mean_size: 9,
      sd_size: 4.136558,
      bursts: 5,
      median_rt_ms: 3_000,
    });
  });

  test("practice changes nothing, and nine balloons give no size", () => {
    const ten = answered(repeated({ size: 8, limit: 12 }));
    const practice = { ...ten[0]!, practice: true, size: 20 };
    expect(balloonMetrics([practice, ...ten])).toEqual(balloonMetrics(ten));
    expect(balloonMetrics(ten.slice(1))).toMatchObject({ mean_size: null, bursts: null, foresight_z: null });
  });

  test("keyboard and screen reader have sizes but no times", () => {
    const metrics = balloonMetrics(answered(repeated({ size: 8, limit: 12 }), "assistive"));
    expect(metrics).toMatchObject({ mean_size: 8, median_rt_ms: null });
  });

  test("sizes at the limit or one below it are foresight: z = (10 − 1)/√.9; none are (0 − 1)/√.9", () => {
    expect(balloonMetrics(answered(repeated({ size: 8, limit: 8 })))["foresight_z"]).toBe(9.486833);
    expect(balloonMetrics(answered(repeated({ size: 8, limit: 9 })))["foresight_z"]).toBe(9.486833);
    expect(balloonMetrics(answered(repeated({ size: 8, limit: 10 })))["foresight_z"]).toBe(-1.054093);
    expect(balloonMetrics(answered(repeated({ size: 8, limit: 7 })))["foresight_z"]).toBe(-1.054093);
    expect(balloonMetrics(answered(repeated({ size: 20, limit: 20 })))["foresight_z"]).toBe(13.784049);
  });
});
