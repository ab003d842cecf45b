import { correlation, mean, sd } from "@tallystick/tasks/statistics";
import { describe, expect, test } from "vitest";
import { actorNames } from "./actors.ts";
import { namedPopulation, POPULATION_NAMES, populationOf } from "./named.ts";
import {
  type Latent,
  LATENTS,
  latentCorrelations,
  latentTriangle,
  OBSERVED_CORRELATIONS,
  peopleOf,
} from "./population.ts";
import { readPopulation } from "./read-population.ts";
import { sessionOf, setUp } from "./session.ts";

/** Thousands of whole sessions, on a machine that may be busy. */
const LONG_MS = 120_000;
/** Sampling alone moves a correlation of 0 by .018 (standard deviation) with so many. */
const PEOPLE = 3_000;

describe("people", () => {
  test("are the same by number, however many are drawn and in whatever order", () => {
    const mixed = namedPopulation("mixed")!;
    const forwards = Array.from({ length: 50 }, (_, index) => peopleOf(mixed, "seed")(index));
    const person = peopleOf(mixed, "seed");
    expect([49, 3, 20].map(person)).toEqual([49, 3, 20].map((index) => forwards[index]));
    expect(peopleOf(mixed, "another seed")(3).seed).not.toBe(forwards[3]?.seed);
    expect(new Set(forwards.map(({ seed }) => seed)).size).toBe(50);
    expect(forwards[0]?.uid).toBe("SIM-0000001");
  });

  test("have standard normal traits that correlate as asked, once unreliability is given back", () => {
    const person = peopleOf(populationOf("honest"), "seed");
    const people = Array.from({ length: 20_000 }, (_, index) => person(index).latent);
    const latent = latentCorrelations(OBSERVED_CORRELATIONS);
    expect(latent[0]?.rho).toBeCloseTo(0.06 / Math.sqrt(0.76 * 0.75), 12);
    for (const [place, a] of LATENTS.entries()) {
      const values = people.map((one) => one[a]);
      expect(Math.abs(mean(values))).toBeLessThan(0.03);
      expect(Math.abs(sd(values) - 1)).toBeLessThan(0.03);
      for (const b of LATENTS.slice(place + 1)) {
        const asked = latent.find((pair) => pair.a === a && pair.b === b)?.rho ?? 0;
        const found = correlation(
          values,
          people.map((one) => one[b]),
        );
        expect(Math.abs(found - asked), `${a} and ${b}`).toBeLessThan(0.03);
      }
    }
  });

  test("show the correlations that were asked for in what is observed of them", { timeout: LONG_MS }, () => {
    const setup = setUp({ battery: "extended-1", off: ["balloons"] });
    const person = peopleOf(populationOf("honest"), "observed");
    const rows = Array.from({ length: PEOPLE }, (_, index) => sessionOf(setup, person(index)).z);
    const favourable = new Map(setup.model.traits.map((trait) => [trait.key, trait.favourable]));
    const observed = (trait: Latent): number[] => rows.map((z) => (favourable.get(trait) ?? 1) * (z[trait] ?? NaN));
    for (const [place, a] of LATENTS.entries()) {
      for (const b of LATENTS.slice(place + 1)) {
        const asked = OBSERVED_CORRELATIONS.find((pair) => pair.a === a && pair.b === b)?.rho ?? 0;
        // Three and a half standard deviations of sampling: 28 pairs are looked at.
        expect(Math.abs(correlation(observed(a), observed(b)) - asked), `${a} and ${b}`).toBeLessThan(0.064);
      }
    }
  });

  test("with correlations that contradict each other are refused", () => {
    const contrary = [
      { a: "patience", b: "planning", rho: 0.6 },
      { a: "planning", b: "memory", rho: 0.5 },
      { a: "patience", b: "memory", rho: -0.6 },
    ];
    expect(() => latentTriangle(contrary)).toThrow("contradict each other");
    // .7 observed between measures of reliability .5 and .53 would be more than 1 between the traits.
    expect(() => latentTriangle([{ a: "risk_taking", b: "planning", rho: 0.7 }])).toThrow("contradict each other");
  });

  test("come in the shares of the members, each with its label and its noise", () => {
    const population = readPopulation({
      name: "two",
      members: [
        { player: "honest", share: 0.7, group: "en" },
        { player: "random", share: 0.3, group: "hi", noise: 2 },
      ],
    });
    const person = peopleOf(population, "seed", 1.5);
    const people = Array.from({ length: 4_000 }, (_, index) => person(index));
    const random = people.filter(({ player }) => player === "random");
    expect(Math.abs(random.length / people.length - 0.3)).toBeLessThan(0.03);
    expect(new Set(random.map(({ group, noise }) => `${group} ${noise}`))).toEqual(new Set(["hi 3"]));
  });
});

test.each(POPULATION_NAMES)("the population %s adds up to 1 and is made of known players", (name) => {
  const { members } = namedPopulation(name)!;
  expect(members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  for (const { player } of members) expect(actorNames()).toContain(player);
});

test("a population that has no name is none", () => {
  expect(namedPopulation("toString")).toBeNull();
});

describe("a population out of a file", () => {
  const one = { player: "honest", share: 1 };

  test("takes group, noise and correlations from their defaults", () => {
    expect(readPopulation({ name: "plain", members: [one] })).toEqual({
      name: "plain",
      members: [{ ...one, group: "all", noise: 1 }],
      correlations: OBSERVED_CORRELATIONS,
    });
  });

  test.each([
    [[], "the population: an object is needed"],
    [{ name: "x", members: [one], size: 3 }, 'the population: "size" is not known'],
    [{ members: [one] }, "name: 1 to 60 letters"],
    [{ name: 'a,"b', members: [one] }, "name: 1 to 60 letters"],
    [{ name: "x", members: [] }, "members: a population needs somebody in it"],
    [{ name: "x", members: {} }, "members: a list is needed"],
    [
      { name: "x", members: [{ player: "saint", share: 1 }] },
      'members[0].player: there is no "saint"; there are honest',
    ],
    [{ name: "x", members: [one, { player: "random", share: 0.2 }] }, "the shares add up to 1.2, not to 1"],
    [{ name: "x", members: [{ ...one, share: "1" }] }, "members[0].share: a number from 0 to 1 is needed"],
    [{ name: "x", members: [{ ...one, noise: -1 }] }, "members[0].noise: a number from 0 to 10 is needed"],
    [{ name: "x", members: [{ ...one, language: "en" }] }, 'members[0]: "language" is not known'],
    [{ name: "x", members: [one], correlations: [{ a: "patience", b: "luck", rho: 0 }] }, 'there is no trait "luck"'],
    [{ name: "x", members: [one], correlations: [{ a: "patience", b: "patience", rho: 0.5 }] }, "with itself"],
    [
      {
        name: "x",
        members: [one],
        correlations: [
          { a: "patience", b: "memory", rho: 0.1 },
          { a: "memory", b: "patience", rho: 0.2 },
        ],
      },
      "memory and patience are given twice",
    ],
    [{ name: "x", members: [one], correlations: [{ a: "patience", b: "memory", rho: 0.9 }] }, "contradict each other"],
  ])("%j is refused", (document, reason) => {
    expect(() => readPopulation(document)).toThrow(reason);
  });
});
