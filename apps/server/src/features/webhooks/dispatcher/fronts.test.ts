import { describe, expect, it } from "vitest";

import { createFronts, type Fronts } from "./fronts.ts";

const A = "end_a";
const B = "end_b";

function claimed(endpointId: string, seconds: number): { endpoint_id: string; front_seconds: number } {
  return { endpoint_id: endpointId, front_seconds: seconds };
}

function start(): { fronts: Fronts; pass: (ms: number) => void; frontOf: (endpointId: string) => number | null } {
  let nowMs = 1_000_000;
  const fronts = createFronts(() => nowMs);
  return {
    fronts,
    pass: (ms) => {
      nowMs += ms;
    },
    frontOf: (endpointId) => fronts.begin("cmp", [endpointId]).fronts[0] ?? null,
  };
}

describe("where a claim begins", () => {
  it("at the very beginning, until something was claimed", () => {
    const { fronts, frontOf } = start();
    fronts.begin("cmp", [A]).end([]);
    expect(frontOf(A)).toBeNull();
    expect(fronts.nextWholeMs()).toBeNull();
  });

  it("at the last row of the claim before, for each endpoint by itself, and it never moves back", () => {
    const { fronts, frontOf } = start();
    fronts.begin("cmp", []).end([claimed(A, 30), claimed(A, 31), claimed(B, 7), claimed(A, 29)]);
    expect(fronts.begin("cmp", [B, "end_new", A]).fronts).toEqual([7, null, 31]);
    fronts.begin("cmp", [A, B]).end([claimed(A, 28), claimed(B, 8)]);
    expect([frontOf(A), frontOf(B)]).toEqual([31, 8]);
    expect(fronts.begin("cmp_other", [A]).fronts).toEqual([null]);
  });

  it("at the very beginning again after 300 ms, also while claims go on", () => {
    const { fronts, pass, frontOf } = start();
    fronts.begin("cmp", [A]).end([claimed(A, 30)]);
    expect(fronts.nextWholeMs()).toBe(300);
    for (let claim = 1; claim <= 2; claim++) {
      pass(100);
      fronts.begin("cmp", [A]).end([claimed(A, 30 + claim)]);
    }
    expect(frontOf(A)).toBe(32);
    pass(99);
    expect(frontOf(A)).toBe(32);
    pass(1);
    expect(frontOf(A)).toBeNull();
    expect(fronts.nextWholeMs()).toBeNull();
  });

  it("at the very beginning again after twenty times what the last such claim took, and 2 s at the latest", () => {
    for (const [tookMs, pauseMs] of [
      [1, 300],
      [50, 1_000],
      [5_000, 2_000],
    ] as const) {
      const { fronts, pass, frontOf } = start();
      const reading = fronts.begin("cmp", [A]);
      pass(tookMs);
      reading.end([claimed(A, 30)]);
      pass(pauseMs - 1);
      expect(frontOf(A)).toBe(30);
      pass(1);
      expect(frontOf(A)).toBeNull();
    }
  });
});
