import { expect, test } from "vitest";

import { FAULTS } from "./faults/all.ts";
import { sharesOf } from "./run.ts";

const named = (...names: readonly string[]) => FAULTS.filter(({ name }) => names.includes(name));

test("each world gets its share of the rounds and only what can strike there", () => {
  const [apart, whole] = sharesOf({ faults: FAULTS, rounds: 200 });
  expect((apart?.rounds ?? 0) + (whole?.rounds ?? 0)).toBe(200);
  expect(whole?.rounds).toBeGreaterThanOrEqual(40);
  const both = ["api-key-changed", "endpoint-secret-changed"];
  const names = new Set([...(apart?.faults ?? []), ...(whole?.faults ?? [])].map(({ name }) => name));
  expect(names.size).toBe(FAULTS.length);
  for (const { name } of whole?.faults ?? []) expect(name.startsWith("serve-") || both.includes(name), name).toBe(true);
  expect(apart?.faults.filter(({ name }) => name.startsWith("serve-"))).toEqual([]);
});

test("a world without a fault of its own is not opened", () => {
  expect(sharesOf({ faults: named("api-killed", "api-key-changed"), rounds: 10 })).toMatchObject([
    { shape: "apart", rounds: 10 },
    { shape: "whole", rounds: 0 },
  ]);
  expect(sharesOf({ faults: named("serve-killed"), rounds: 10 })).toMatchObject([
    { shape: "apart", rounds: 0 },
    { shape: "whole", rounds: 10 },
  ]);
});
