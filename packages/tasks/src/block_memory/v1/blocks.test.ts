import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InputSource, TaskInput } from "../../contract.ts";
import { blocksMachine, type BlocksState, type BlocksView, type BlockTrial } from "./machine.ts";
import { blocksMetrics } from "./metrics.ts";
import { meanStep, planBlocks } from "./plan.ts";
import { BLOCKS_PARAMETERS } from "./spec.ts";
import { nextStaircase } from "./staircase.ts";

const seeds = fc.stringMatching(/^[0-9a-f]{32}$/);
const SEED = "0123456789abcdef0123456789abcdef";
const RUNS = { numRuns: 300 };

describe("the plan", () => {
  const sequences = seeds.map((seed) => {
    const { practice, main } = planBlocks(seed, BLOCKS_PARAMETERS);
    return { practice, main, all: [...practice, ...main].flat() };
  });

  test("is three sequences for each of 2 practice and 14 scored trials, every block in each exactly once", () => {
    fc.assert(
      fc.property(sequences, ({ practice, main, all }) => {
        expect([practice.length, main.length, all.length]).toEqual([2, 14, 48]);
        for (const sequence of all) expect(Array.from(sequence).sort().join("")).toBe("012345678");
      }),
      RUNS,
    );
  });

  test("goes equally far over the board in every sequence: mean step 420 to 560 per mille at each length from 4 on", () => {
    fc.assert(
      fc.property(sequences, ({ all }) => {
        for (const sequence of all) {
          for (let length = 4; length <= 9; length += 1) {
            const step = meanStep(sequence, length, BLOCKS_PARAMETERS.blocks);
            expect(step).toBeGreaterThanOrEqual(420);
            expect(step).toBeLessThanOrEqual(560);
          }
        }
      }),
      RUNS,
    );
  });

  test("has equally long ways whatever the seed: mean steps of 200 attempts differ by less than 12 in 100", () => {
    const steps = fc.sample(sequences, { numRuns: 200, seed: 8 }).map(({ main }) => {
      const shown = main.map(([first = ""]) => meanStep(first, 6, BLOCKS_PARAMETERS.blocks));
      return shown.reduce((sum, step) => sum + step, 0) / shown.length;
    });
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.12);
  });

  test("differs between two seeds", () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        fc.pre(a !== b);
        expect(planBlocks(a, BLOCKS_PARAMETERS)).not.toEqual(planBlocks(b, BLOCKS_PARAMETERS));
      }),
    );
  });

  test("puts the blocks so that targets of 48 px stay apart on a board of 288 px", () => {
    const { blocks } = BLOCKS_PARAMETERS;
    const px = (perMille: number): number => (perMille / 1000) * 288;
    blocks.forEach(([x, y], index) => {
      for (const place of [x, y]) {
        expect(px(place)).toBeGreaterThanOrEqual(24);
        expect(px(1000 - place)).toBeGreaterThanOrEqual(24);
      }
      for (const [otherX, otherY] of blocks.slice(index + 1)) {
        expect(Math.max(px(Math.abs(x - otherX)), px(Math.abs(y - otherY)))).toBeGreaterThan(48);
      }
    });
  });
});

type Watch = Extract<BlocksView, { phase: "watch" }>;
type Answer = (sequence: string, trial: number) => string;

const right: Answer = (sequence) => sequence;
const wrong: Answer = (sequence) => Array.from(sequence).reverse().join("");

/**
 * A hand that shows every block when it is due and taps what `answer` says; `until` names the view to stop at, `away` the
 * trials whose showing is interrupted once.
 */
function play(
  answer: Answer,
  until: (view: BlocksView) => boolean = () => false,
  first: readonly Omit<TaskInput, "n">[] = [],
  away: ReadonlySet<string> = new Set(),
): { readonly state: BlocksState; readonly send: (input: Omit<TaskInput, "n">) => BlocksState } {
  let state = blocksMachine.start(SEED, BLOCKS_PARAMETERS);
  let n = 0;
  let seen = "";
  const missed = new Set(away);
  const send = (input: Omit<TaskInput, "n">): BlocksState => {
    const next = blocksMachine.apply(state, { n, ...input });
    if ("refused" in next) throw new Error(`${next.refused} for ${JSON.stringify(input)}`);
    state = next;
    n += 1;
    return state;
  };
  first.forEach(send);
  for (;;) {
    const view = blocksMachine.view(state);
    if (view === null || until(view)) return { state, send };
    const { stimulus } = view;
    if (view.phase === "instructions") send({ at: state.lastAt + 1_000, kind: "continue", stimulus });
    else if (view.phase === "watch" && view.block !== null && missed.delete(stimulus)) {
      send({ at: state.lastAt + 60_000, kind: "restart", stimulus });
    } else if (view.phase === "watch") {
      seen = view.block === null ? (view.next.block ?? "") : seen + (view.next.block ?? "");
      send({ at: view.next.dueMs, kind: "shown", stimulus: view.next.stimulus });
    } else {
      const choice = answer(seen, state.records.length).charAt(view.taps.length);
      send({ at: state.lastAt + 500, kind: "press", stimulus, choice, source: "touch" });
    }
  }
}

const lengths = (state: BlocksState): number[] =>
  blocksMachine.trials(state).flatMap(({ practice, length }) => (practice ? [] : [length]));

describe("the machine", () => {
  const watching = (lit: number) => (view: BlocksView) =>
    view.phase === "watch" && view.stimulus === "trial-0" && view.next.stimulus === `trial-0/${String(lit)}`;
  const view = (state: BlocksState): BlocksView => {
    const drawn = blocksMachine.view(state);
    if (drawn === null) throw new Error("the task is over");
    return drawn;
  };
  const refusal = (state: BlocksState, input: Omit<TaskInput, "n">) => {
    const outcome = blocksMachine.apply(state, { n: 9_000, ...input });
    return "refused" in outcome ? outcome.refused : null;
  };

  test("one practice of two blocks when it is right, a second one when it was not, never a third", () => {
    const stimuli = (state: BlocksState) =>
      blocksMachine.trials(state).flatMap((t) => (t.practice ? [t.stimulus] : []));
    expect(stimuli(play(right).state)).toEqual(["practice-0"]);
    expect(stimuli(play(wrong).state)).toEqual(["practice-0", "practice-1"]);
    expect(blocksMachine.trials(play(right).state)[0]?.length).toBe(2);
  });

  test("starts at 3, grows to 9 and stays there for someone who is always right", () => {
    expect(lengths(play(right).state)).toEqual([3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9]);
  });

  test("falls by one after every second wrong answer and never below 2", () => {
    expect(lengths(play(wrong).state)).toEqual([3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  });

  test("refuses a block before it is due and takes it at that moment", () => {
    const { state } = play(right, watching(1));
    const { next } = view(state) as Watch;
    expect(next.dueMs).toBe(state.lastAt + 850);
    const shown = { kind: "shown", stimulus: next.stimulus };
    expect(refusal(state, { at: next.dueMs - 1, ...shown })).toBe("too_early");
    expect(refusal(state, { at: next.dueMs, ...shown })).toBeNull();
    expect(refusal(state, { at: next.dueMs, kind: "shown", stimulus: "trial-0/2" })).toBe("not_expected");
  });

  test("takes no tap before the turn is announced, and the turn not before the last light is out", () => {
    const { state, send } = play(right, (drawn) => drawn.phase === "watch" && drawn.next.stimulus === "trial-0/turn");
    const at = state.dueAt;
    const press = { kind: "press", stimulus: "trial-0", choice: "0" };
    expect(refusal(state, { at, ...press })).toBe("not_expected");
    expect(refusal(state, { at: at - 1, kind: "shown", stimulus: "trial-0/turn" })).toBe("too_early");
    expect(view(send({ at, kind: "shown", stimulus: "trial-0/turn" })).phase).toBe("turn");
  });

  test("a restart is counted, shows other blocks of the same number from the first, and is refused in the turn", () => {
    const { state, send } = play(right, watching(2));
    const before = view(state) as Watch;
    expect(before.block).not.toBeNull();
    const again = send({ at: state.lastAt + 60_000, kind: "restart", stimulus: "trial-0" });
    const after = view(again) as Watch;
    expect([after.block, after.length, after.next.stimulus]).toEqual([null, before.length, "trial-0/0"]);
    expect(after.next.dueMs).toBe(again.lastAt + 1_000);
    const plan = state.plan.main[0] ?? [];
    expect(new Set(plan).size).toBe(3);
    expect(after.next.block).toBe(plan[1]?.charAt(0));
    for (let more = 0; more < 4; more += 1) send({ at: again.lastAt + more, kind: "restart", stimulus: "trial-0" });
    const last = send({ at: again.lastAt + 4, kind: "restart", stimulus: "trial-0" });
    expect((view(last) as Watch).next.block).toBe(plan[2]?.charAt(0));
    const turn = play(right, (drawn) => drawn.phase === "turn").state;
    expect(refusal(turn, { at: turn.lastAt, kind: "restart", stimulus: "practice-0" })).toBe("not_expected");
  });

  test("restarts stand in the trial they interrupted and in no other", () => {
    const away = new Set(["practice-0", "trial-2"]);
    const { state } = play(right, undefined, [], away);
    const counted = blocksMachine.trials(state).flatMap((t) => (t.restarts > 0 ? [[t.stimulus, t.restarts]] : []));
    expect(counted).toEqual([
      ["practice-0", 1],
      ["trial-2", 1],
    ]);
    expect(lengths(state)).toEqual([3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9]);
  });

  test("a block tapped twice is passed over, what is no block is malformed", () => {
    const { state, send } = play(right, (drawn) => drawn.phase === "turn");
    const tap = { at: state.lastAt + 400, kind: "press", stimulus: "practice-0" };
    const tapped = send({ ...tap, choice: "4" });
    expect(refusal(tapped, { ...tap, choice: "4" })).toBe("not_expected");
    for (const choice of ["9", "left", "01"]) expect(refusal(tapped, { ...tap, choice })).toBe("malformed");
  });

  test("the spoken form is chosen on the first screen only and leaves 1 500 ms for each number", () => {
    const mode = { at: 10, kind: "mode", stimulus: "intro", choice: "spoken" };
    const { state } = play(right, watching(1), [mode]);
    expect((view(state) as Watch).next.dueMs).toBe(state.lastAt + 1_500);
    const main = play(right, (drawn) => drawn.stimulus === "main").state;
    expect(refusal(main, { ...mode, at: main.lastAt, stimulus: "main" })).toBe("not_expected");
    expect(refusal(blocksMachine.start(SEED, BLOCKS_PARAMETERS), { ...mode, choice: "sung" })).toBe("malformed");
  });
});

test("two wrong answers make one step down also with right ones between them", () => {
  const outcomes = [false, true, false, false, true, false];
  const walked = outcomes.reduce<number[]>(
    (state, correct) => {
      const [length = 0, wrongs = 0] = state.slice(-2);
      const next = nextStaircase({ length, wrongs }, correct, BLOCKS_PARAMETERS);
      return [...state, next.length, next.wrongs];
    },
    [5, 0],
  );
  expect(walked.filter((_, index) => index % 2 === 0)).toEqual([5, 5, 6, 5, 5, 6, 5]);
});

describe("the metrics", () => {
  const measure = (state: BlocksState) => blocksMetrics(blocksMachine.trials(state));
  const trials = blocksMachine.trials(play(right).state);
  const from = (source: InputSource) => blocksMetrics(trials.map((trial) => ({ ...trial, source })));

  test("span is the mean length shown in trials 5 to 14", () => {
    expect(measure(play(right).state)["span"]).toBe(8.7);
    expect(measure(play(wrong).state)["span"]).toBe(2);
    // Right up to 5 blocks: 3 4 5 6 6 5 6 5 6 6 5 6 5 6.
    const upToFive = play((sequence, trial) => (sequence.length <= 5 ? right : wrong)(sequence, trial)).state;
    expect(lengths(upToFive)).toEqual([3, 4, 5, 6, 6, 5, 6, 6, 5, 6, 6, 5, 6, 6]);
    expect(measure(upToFive)["span"]).toBe(5.7);
    expect(measure(upToFive)["longest_correct"]).toBe(5);
    expect(measure(upToFive)["correct_count"]).toBe(6);
  });

  test("someone who repeats nothing has no longest sequence: 0", () => {
    expect(measure(play(wrong).state)).toMatchObject({ correct_count: 0, longest_correct: 0 });
  });

  test("times count by pointer only, the span by whatever hand", () => {
    expect(from("touch")["median_rt_ms"]).toBeGreaterThan(0);
    for (const source of ["keyboard", "assistive"] as const) {
      expect(from(source)).toMatchObject({ median_rt_ms: null, span: 8.7 });
    }
  });

  test("heard numbers give counts, but no span and no times", () => {
    const spoken = trials.map((trial): BlockTrial => ({ ...trial, form: "spoken" }));
    expect(blocksMetrics(spoken)).toEqual({ span: null, correct_count: 14, longest_correct: 9, median_rt_ms: null });
  });

  test("one trial short of 14 leaves only the times", () => {
    const { median_rt_ms: time, ...others } = blocksMetrics(trials.slice(0, -1));
    expect(Object.values(others)).toEqual([null, null, null]);
    expect(time).toBeGreaterThan(0);
  });
});
