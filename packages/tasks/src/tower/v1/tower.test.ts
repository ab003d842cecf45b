import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskInput } from "../../contract.ts";
import { bestMove, waysTo } from "./graph.ts";
import { towerMachine, type TowerState, type TowerTrial, type TowerView } from "./machine.ts";
import { towerMetrics } from "./metrics.ts";
import { boardText, DISCS, planTower } from "./plan.ts";
import { TOWER_PARAMETERS } from "./spec.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const plans = seeds.map((seed) => planTower(seed, TOWER_PARAMETERS));
const SEED = "0123456789abcdef0123456789abcdef";
const MANY = Array.from({ length: 400 }, (_, index) =>
  planTower(index.toString(16).padStart(32, "5eed"), TOWER_PARAMETERS),
);

describe("the plan", () => {
  test("is one practice problem and five problems of 2, 2, 3, 3 and 4 moves of one set", () => {
    fc.assert(
      fc.property(plans, ([practice, ...problems]) => {
        expect(practice).toMatchObject({ stimulus: "practice-0", practice: true, set: null, minMoves: 2 });
        expect(problems.map(({ minMoves }) => minMoves)).toEqual([2, 2, 3, 3, 4]);
        expect(problems.map(({ stimulus }) => stimulus)).toEqual([0, 1, 2, 3, 4].map((index) => `trial-${index}`));
        expect(new Set(problems.map(({ set }) => set)).size).toBe(1);
        for (const { start, goal, minMoves } of problems) {
          expect(waysTo(goal, TOWER_PARAMETERS.heights).get(boardText(start))?.moves).toBe(minMoves);
        }
      }),
    );
  });

  test("draws each set, each of the six colourings of each problem, and either order of a length", () => {
    expect(new Set(MANY.map(([, first]) => first?.set))).toEqual(new Set([0, 1, 2, 3]));
    const inFirstSet = MANY.filter(([, first]) => first?.set === 0);
    // Two problems of two moves may stand first, in six colours each.
    expect(new Set(inFirstSet.map(([, first]) => `${boardText(first?.start ?? [])}`)).size).toBe(12);
    expect(new Set(MANY.map(([practice]) => boardText(practice?.start ?? []))).size).toBe(6);
  });

  test("holds each disc once on every board", () => {
    fc.assert(
      fc.property(plans, (problems) => {
        for (const { start, goal } of problems) {
          expect(start.flat().sort()).toEqual([...DISCS].sort());
          expect(goal.flat().sort()).toEqual([...DISCS].sort());
        }
      }),
    );
  });
});

type Puzzle = Exclude<TowerView, { phase: "instructions" }>;

/** An attempt in play, from the first screen on; refusals are thrown. */
class Attempt {
  state: TowerState = towerMachine.start(SEED, TOWER_PARAMETERS);
  private n = 0;

  get view(): Puzzle {
    const view = towerMachine.view(this.state);
    if (view === null || view.phase === "instructions") throw new Error("no puzzle on the screen");
    return view;
  }
  try(afterMs: number, input: Omit<TaskInput, "n" | "at" | "stimulus">): TowerState | { readonly refused: string } {
    const stimulus = towerMachine.view(this.state)?.stimulus ?? "none";
    return towerMachine.apply(this.state, { n: this.n, at: this.state.lastAt + afterMs, stimulus, ...input });
  }
  give(afterMs: number, kind: string, choice?: string): this {
    const source = kind === "press" ? ({ source: "touch" } as const) : {};
    const next = this.try(afterMs, { kind, ...source, ...(choice === undefined ? {} : { choice }) });
    if ("refused" in next) throw new Error(`${next.refused} for ${kind} ${choice ?? ""}`);
    this.state = next;
    this.n += 1;
    return this;
  }
  press(choice: string, afterMs = 500): this {
    return this.give(afterMs, "press", choice);
  }
  /** Lifts and puts down along a shortest way. */
  solve(): this {
    while (this.view.phase === "puzzle") {
      const move = bestMove(this.view.board, this.view.goal, this.view.heights);
      if (move === null) throw new Error("solved, and yet not over");
      this.press(`pick-${move.from}`, 2_000).press(`${move.from}-${move.to}`);
    }
    return this;
  }
  get last(): TowerTrial {
    const trial = towerMachine.trials(this.state).at(-1);
    if (trial === undefined) throw new Error("no problem has ended");
    return trial;
  }
}

/** The practice problem on the screen: two discs on the left peg, one on the right one, which is then full. */
const opened = (): Attempt => new Attempt().give(1_000, "continue").give(20, "shown");

describe("the machine", () => {
  test("plays practice, its instruction and five problems, each left by continue, all solved in the fewest moves", () => {
    const attempt = opened().solve().give(1_100, "continue");
    expect(towerMachine.view(attempt.state)).toMatchObject({ stimulus: "main", understood: true });
    attempt.give(3_000, "continue");
    for (let problem = 0; problem < 5; problem += 1) attempt.give(16, "shown").solve().give(1_100, "continue");
    expect(towerMachine.isComplete(attempt.state)).toBe(true);
    const trials = towerMachine.trials(attempt.state);
    expect(trials.map(({ moves }) => moves)).toEqual([2, 2, 2, 3, 3, 4]);
    expect(trials.every(({ optimal, outcome }) => optimal && outcome === "solved")).toBe(true);
    expect(towerMetrics(trials)).toEqual({
      ln_first_move: Math.round(Math.log(2_000) * 1e6) / 1e6,
      optimal_count: 5,
      solved_count: 5,
      extra_moves: 0,
      median_rt_ms: 2_000,
    });
  });

  test("times the first lift and the first disc on another peg apart, from shown", () => {
    const attempt = opened().press("pick-0", 1_500).press("0-0", 400).press("pick-0", 300).press("0-1", 200).solve();
    expect(attempt.last).toMatchObject({ rtMs: 1_500, firstMoveMs: 2_400, putBacks: 1, source: "touch" });
  });

  test("takes a press on an empty or a full peg, counts it, and changes nothing else", () => {
    const attempt = opened();
    const before = attempt.view.board;
    attempt.press("pick-1").press("pick-0").press("0-2");
    expect(attempt.view).toMatchObject({ board: before, held: 0, moves: 0, illegal: 2 });
    attempt.press("0-1");
    expect(attempt.view).toMatchObject({ held: null, moves: 1, illegal: 2 });
    // An empty peg is no beginning: the first disc was lifted by the second press.
    expect(attempt.press("skip", 20_000).last).toMatchObject({ rtMs: 1_000, firstMoveMs: 2_000, illegal: 2 });
  });

  test("refuses to lift a second disc, and to put one down that is not in the hand", () => {
    const attempt = opened();
    expect(attempt.try(500, { kind: "press", choice: "0-1" })).toEqual({ refused: "not_expected" });
    attempt.press("pick-0");
    expect(attempt.try(500, { kind: "press", choice: "pick-2" })).toEqual({ refused: "not_expected" });
    expect(attempt.try(500, { kind: "press", choice: "2-1" })).toEqual({ refused: "not_expected" });
    for (const choice of ["pick-3", "0-3", "0", "left", "0-1 ", ""]) {
      expect(attempt.try(500, { kind: "press", choice })).toEqual({ refused: "malformed" });
    }
    expect(attempt.try(500, { kind: "press" })).toEqual({ refused: "malformed" });
  });

  test("takes a press up to the deadline and a timeout from it on; the disc in the hand goes back", () => {
    const attempt = opened().press("pick-0", 1_000);
    const left = TOWER_PARAMETERS.deadlineMs - 1_000;
    expect(attempt.view.deadlineMs).toBe(attempt.state.lastAt + left);
    expect(attempt.try(left - 1, { kind: "timeout" })).toEqual({ refused: "too_early" });
    expect(attempt.try(left, { kind: "press", choice: "0-1" })).not.toHaveProperty("refused");
    expect(attempt.try(left + 1, { kind: "press", choice: "0-1" })).toEqual({ refused: "too_late" });
    attempt.give(left, "timeout");
    expect(attempt.view).toMatchObject({ phase: "done", outcome: "timeout", held: null });
    expect(attempt.last).toMatchObject({ outcome: "timeout", optimal: false, totalMs: 60_000, rtMs: 1_000 });
    expect(attempt.try(10, { kind: "press", choice: "0-1" })).toEqual({ refused: "not_expected" });
  });

  test("lets a problem be given up after 20 s, not before", () => {
    const attempt = opened();
    expect(attempt.try(19_999, { kind: "press", choice: "skip" })).toEqual({ refused: "too_early" });
    expect(attempt.press("skip", 20_000).last).toMatchObject({ outcome: "skipped", rtMs: null, source: null });
  });

  test("tells before the real problems that the practice problem was not solved", () => {
    const attempt = opened().press("skip", 20_000).give(2_000, "continue");
    expect(towerMachine.view(attempt.state)).toMatchObject({ stimulus: "main", understood: false });
  });

  test("ends a problem that 20 moves did not solve", () => {
    const attempt = opened();
    for (let move = 0; move < 10; move += 1) {
      expect(attempt.view.phase).toBe("puzzle");
      attempt.press("pick-0", 100).press("0-1", 100).press("pick-1", 100).press("1-0", 100);
    }
    expect(attempt.view).toMatchObject({ phase: "done", outcome: "moves_used", moves: 20 });
  });

  test("asked untimed at the start, has no deadline, takes no timeout, and can still be given up", () => {
    const attempt = new Attempt().give(5, "mode", "untimed").give(5, "continue").give(20, "shown");
    expect(attempt.view).toMatchObject({ timed: false, deadlineMs: null });
    expect(attempt.try(900_000, { kind: "timeout" })).toEqual({ refused: "not_expected" });
    expect(attempt.try(900_000, { kind: "mode", choice: "timed" })).toEqual({ refused: "not_expected" });
    attempt.press("pick-0", 900_000);
    expect(attempt.press("skip").last).toMatchObject({ timed: false, outcome: "skipped" });
  });

  test("changes its mode on the first screen as often as wanted, and knows no third one", () => {
    const attempt = new Attempt().give(5, "mode", "untimed").give(5, "mode", "timed");
    expect(attempt.try(5, { kind: "mode", choice: "slow" })).toEqual({ refused: "malformed" });
    expect(attempt.give(5, "continue").give(5, "shown").view.timed).toBe(true);
  });
});

function trials(times: readonly (number | null)[], change: Partial<TowerTrial> = {}): TowerTrial[] {
  return times.map((rtMs, index) => ({
    stimulus: `trial-${index}`,
    practice: false,
    rtMs,
    firstMoveMs: rtMs,
    totalMs: 8_000,
    set: 0,
    start: "ry/-/b",
    goal: "r/by/-",
    minMoves: 3,
    moves: 3,
    illegal: 0,
    putBacks: 0,
    outcome: "solved",
    optimal: true,
    timed: true,
    shownAt: index * 9_000,
    source: rtMs === null ? null : "touch",
    ...change,
  }));
}

const ln = (times: readonly number[]): number =>
  Math.round((times.reduce((sum, time) => sum + Math.log(time), 0) / times.length) * 1e6) / 1e6;

describe("the metrics", () => {
  test("the first move is the mean log of four or five times, and of the plausible ones alone", () => {
    expect(towerMetrics(trials([2_000, 3_000, 4_000, 5_000, 6_000]))["ln_first_move"]).toBe(
      ln([2_000, 3_000, 4_000, 5_000, 6_000]),
    );
    expect(towerMetrics(trials([299, 300, 30_000, 5_000, 6_000]))["ln_first_move"]).toBe(
      ln([300, 30_000, 5_000, 6_000]),
    );
    const few = towerMetrics(trials([299, 30_001, 4_000, 5_000, 6_000]));
    expect([few["ln_first_move"], few["median_rt_ms"]]).toEqual([null, null]);
    expect(few["optimal_count"]).toBe(5);
  });

  test("a problem that was not solved counts with its first move, one never begun does not", () => {
    const times = [2_000, 3_000, 4_000, 5_000, 6_000];
    const lost = trials(times, { outcome: "timeout", optimal: false });
    expect(towerMetrics(lost)).toMatchObject({ ln_first_move: ln(times), solved_count: 0, extra_moves: null });
    expect(towerMetrics(trials([2_000, 3_000, null, null, 6_000]))["ln_first_move"]).toBeNull();
  });

  test("untimed play, keyboard and assistive technology give the counts and no times", () => {
    for (const change of [{ timed: false }, { source: "keyboard" as const }, { source: "assistive" as const }]) {
      const metrics = towerMetrics(trials([2_000, 3_000, 4_000, 5_000, 6_000], change));
      expect([metrics["ln_first_move"], metrics["median_rt_ms"]]).toEqual([null, null]);
      expect([metrics["optimal_count"], metrics["solved_count"]]).toEqual([5, 5]);
    }
  });

  test("extra moves are a mean over the solved problems, and practice counts nowhere", () => {
    const [first, second, ...others] = trials([2_000, 2_000, 2_000, 2_000, 2_000]);
    const played = [
      { ...first!, moves: 6, optimal: false }, // five were made
      { ...second!, moves: 20, outcome: "moves_used" as const, optimal: false },
      ...others,
    ];
    const practice = trials([9_000], { practice: true, moves: 19, optimal: false });
    expect(towerMetrics([...practice, ...played])).toMatchObject({
      optimal_count: 3,
      solved_count: 4,
      extra_moves: 0.75,
      median_rt_ms: 2_000,
    });
  });

  test("four problems of five give no counts", () => {
    const metrics = towerMetrics(trials([2_000, 2_000, 2_000, 2_000]));
    expect([metrics["optimal_count"], metrics["solved_count"], metrics["extra_moves"]]).toEqual([null, null, null]);
  });
});
