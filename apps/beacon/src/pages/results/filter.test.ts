import { expect, test } from "vitest";

import { readQuery, writeQuery } from "../../frame/search.ts";
import { filterOf, isNarrowed, searchOf, viewOf } from "./filter.ts";
import { readResultsSearch } from "./search.ts";

const FULL = {
  env: "test",
  deployment: "dep_1",
  state: "completed,expired",
  band: "HIGH,VERY_HIGH",
  confidence: "LOW",
  flags: "scripted_input,long_interruptions",
  simulated: "no",
  from: "1795430000",
  to: "1795516400",
};

test("a view survives the way through the address and back", () => {
  const search = readResultsSearch(FULL);
  expect(readResultsSearch(readQuery(writeQuery({ ...search })))).toEqual(search);
});

test("what an address says is not believed: unknown words are left out", () => {
  const search = readResultsSearch({ env: "staging", state: "completed,hacked", flags: "Bad Flag", from: "soon" });
  expect(filterOf(search, "")).toEqual({ environment: "production", state: ["completed"] });
});

test("a kept view never holds how a uid begins, and gives the same filter when it is opened", () => {
  const search = readResultsSearch(FULL);
  const view = viewOf(search, null);
  expect(JSON.stringify(view)).not.toContain("uid");
  expect(filterOf(searchOf(view, [], 0), "")).toEqual(filterOf(search, ""));
});

test("a view of the last days moves with the day it is opened", () => {
  const view = viewOf(readResultsSearch({}), 30);
  expect(filterOf(searchOf(view, [], 1_795_516_400), "").created_from).toBe(1_795_516_400 - 30 * 86_400);
});

test("the environment alone is no filter; a uid is one", () => {
  expect(isNarrowed(readResultsSearch({ env: "test" }), "")).toBe(false);
  expect(isNarrowed(readResultsSearch({ env: "test" }), "APP-")).toBe(true);
});
