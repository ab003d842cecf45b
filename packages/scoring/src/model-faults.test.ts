import { describe, expect, test } from "vitest";
import type { ModelArtefact } from "./contract.ts";
import { modelFaults } from "./model-faults.ts";
import { standard10 } from "./models.ts";

/** A document may have the right form and still make no sense; each fault is one sentence that names the place. */

const METRICS = {
  "standard-1": ["money_choices.share_later", "statements.self_control", "statements.sense_of_control"],
  "extended-1": ["money_choices.share_later", "statements.self_control", "statements.sense_of_control"],
};

const faults = (change: Partial<ModelArtefact>) => modelFaults({ ...standard10, ...change }, METRICS);
const [patience, ...rest] = standard10.traits;
if (patience === undefined) throw new Error("the model has no trait");

test("the shipped model has none, though its traits without weight are measured by longer batteries only", () => {
  expect(faults({})).toEqual([]);
});

describe("a fault is found in", () => {
  test.each<[string, Partial<ModelArtefact>, string]>([
    ["a battery nobody knows", { batteries: ["standard-9"] }, 'batteries: there is no battery "standard-9"'],
    [
      "a weighted trait without its metric",
      { batteries: ["standard-1"], traits: [{ ...patience, metric: "money_choices.patience" }, ...rest] },
      'traits.patience.metric: battery "standard-1" has no metric "money_choices.patience"',
    ],
    ["a trait that is there twice", { traits: [patience, ...standard10.traits] }, 'traits: "patience" is there twice'],
    [
      "no weight at all",
      { traits: standard10.traits.map((trait) => ({ ...trait, weight: 0 })) },
      "traits: none has a weight, so there would never be a score",
    ],
    [
      "a correlation with nobody",
      { correlations: [{ a: "patience", b: "luck", rho: 0.1 }] },
      'correlations: there is no trait "luck"',
    ],
    [
      "a pair that is there twice, the other way round",
      {
        correlations: [
          { a: "patience", b: "optimism", rho: 0.1 },
          { a: "optimism", b: "patience", rho: 0.2 },
        ],
      },
      'correlations: "optimism" and "patience" are there twice',
    ],
    [
      "a table that rises",
      { percentileTable: [2, 1, 1.5] },
      "percentileTable[2]: each value must be lower than the one before",
    ],
    [
      "cut-offs that do not rise",
      { bandCutoffs: [20, 20, 60, 80] },
      "bandCutoffs: each must be higher than the one before",
    ],
    [
      "limits of confidence the wrong way round",
      { confidence: { high: 50, medium: 70, minimumObservable: 3 } },
      "confidence: medium must lie below high",
    ],
  ])("%s", (_name, change, fault) => {
    expect(faults(change)).toEqual([fault]);
  });

  test("correlations that no people can have", () => {
    const [a, b] = [patience, { ...patience, key: "twin", favourable: -1 as const }];
    const traits = [a, b];
    expect(faults({ traits, correlations: [{ a: "patience", b: "twin", rho: 1 }] })).toEqual([
      "correlations: the composite would have no variance",
    ]);
  });
});
