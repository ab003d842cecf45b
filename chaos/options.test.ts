import { expect, test } from "vitest";

import { FAULTS } from "./faults/all.ts";
import { GROUPS } from "./faults/fault.ts";
import { readOptions, usage } from "./options.ts";

test("without options every fault is dealt, 200 rounds from seed 1", () => {
  expect(readOptions([])).toEqual({ rounds: 200, seed: 1, faults: FAULTS, json: false });
});

test("--only takes names of faults, and an unknown one is refused by name", () => {
  const options = readOptions(["--rounds", "3", "--seed", "9", "--only", "api-killed,disk-full", "--json"]);
  expect(options).toMatchObject({ rounds: 3, seed: 9, json: true });
  expect(options === "help" ? [] : options.faults.map(({ name }) => name)).toEqual(["api-killed", "disk-full"]);
  expect(() => readOptions(["--only", "api-kiled"])).toThrow('There is no fault "api-kiled"');
});

test("a count that is none is refused in words", () => {
  for (const rounds of ["0", "-1", "1.5", "many", ""]) {
    expect(() => readOptions([`--rounds=${rounds}`])).toThrow("--rounds takes a whole number");
  }
  expect(() => readOptions(["--loud"])).toThrow("--loud");
});

test("the usage names every fault; names are unique and every group has one", () => {
  expect(readOptions(["--help"])).toBe("help");
  const names = FAULTS.map(({ name }) => name);
  expect(names.filter((name) => !usage().includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(GROUPS.filter((group) => !FAULTS.some((fault) => fault.group === group))).toEqual([]);
});
