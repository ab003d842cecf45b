import { actorNames } from "@tallystick/simulation";
import { expect, test } from "vitest";
import { playHere } from "./crew.ts";
import { escapeXml } from "./svg.ts";
import { figures } from "./figures.ts";
import { allCriteria, renderPage, type Report } from "./page.ts";
import type { Plan } from "./plan.ts";
import { realPeople } from "./real-people.ts";

/** The form of the page, from a handful of people: its figures are looked at when it is made for real. */

const TINY: Plan = {
  people: 12,
  extension: 8,
  dayPeople: 3,
  days: 4,
  seedPeople: 2,
  seeds: 3,
  acts: 2,
  devices: 3,
  journeys: 2,
};

const results = playHere(TINY);
const report: Report = {
  at: "2026-01-31T09:00:00.000Z",
  machine: "a machine, 2 cores",
  seconds: 90,
  quick: false,
  plan: TINY,
  results,
  modelHash: "0f".repeat(32),
  real: null,
};
const page = renderPage(report);

test("the page states date, machine, seed, numbers, battery, model and its hash", () => {
  for (const stated of [
    "2026-01-31 in 1.5 minutes",
    "a machine, 2 cores",
    "`validation 1`",
    "12 people with three sessions",
    "`standard-1`",
    "`standard-1.0`",
    report.modelHash,
  ]) {
    expect(page).toContain(stated);
  }
});

test("every criterion stands in the table with target, value and verdict, and the missed ones are named above", () => {
  const criteria = allCriteria(report);
  expect(new Set(criteria.map(({ name }) => name)).size).toBe(criteria.length);
  for (const { name, target, measured, holds } of criteria) {
    expect(page).toContain(`| ${name} | ${target} | ${measured} | ${holds ? "holds" : "**missed**"} |`);
  }
  const missed = criteria.filter(({ holds }) => !holds).map(({ name }) => name);
  const summary = page.split("\n").find((line) => line.includes("criteria hold"))!;
  for (const name of missed) expect(summary).toContain(name);
});

test.each([
  [/two days agree as the person's share/, 6],
  [/two attempts of a day agree/, 6],
  [/80 % band holds the truth/, 6],
  [/mean of the stens/, 8],
  [/standard deviation of the stens/, 8],
  [/tenth of a fresh population/, 1],
  [/same person and day, other seeds/, 2],
  // Three straight players and two attackers, one player and two attackers at random, three programs, one alternator.
  [/^`\w+` is LOW/, 12],
  [/half careless is below HIGH/, 1],
  [/^honest /, 3],
  [/assistive technology/, 1],
  [/without network/, 1],
  [/people whose score changes/, 1],
  [/attention at 60 Hz/, 1],
  [/planted in the median tap time/, 1],
  [/language/, 1],
])("criteria of the kind %s: %i", (kind, count) => {
  expect(allCriteria(report).filter(({ name }) => kind.test(name))).toHaveLength(count);
});

test("every player stands in the table of data confidence", () => {
  for (const name of actorNames()) expect(page).toContain(`| \`${name}\` | as fitted |`);
});

test("without the data of real people the page says so; with them no row is of a single person", () => {
  expect(page).toContain("nothing was compared with them");
  const real = realPeople();
  if (real === null) return;
  expect(real.criteria.length).toBe(10);
  expect(`${real.norms}${JSON.stringify(real.criteria)}`).not.toMatch(/\bs\d{3}\b/);
});

test("the page holds no number that is none", () => {
  expect(renderPage({ ...report, real: realPeople() })).not.toMatch(/Infinity|undefined|\bnull\b/);
});

test("the page names exactly the figures there are", () => {
  const named = [...page.matchAll(/\]\(images\/validation\/([\w-]+)\.svg\)/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(Object.keys(figures(results))));
});

test.each(Object.entries(figures(results)))(
  "the figure %s is well-formed, with a title, a description and units",
  (_name, figure) => {
    expect(openTags(figure)).toEqual([]);
    expect(figure).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    expect(figure).toMatch(/<title id="t">.+<\/title>/);
    expect(figure).toMatch(/<desc id="d">.+<\/desc>/);
    expect(figure).toMatch(/(no unit|%|points)/);
    expect(figure).toContain("prefers-color-scheme:dark");
    expect(figure).not.toMatch(/<script|href=|Infinity|undefined/);
  },
);

const TAG = /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>/g;

/** Tags that were opened and not closed in their order; anything that is no XML of ours throws. */
function openTags(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, , alone] of xml.matchAll(TAG)) {
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (alone !== "/") open.push(name ?? "");
  }
  expect(xml.replace(TAG, "").replace(/&(amp|lt|gt|quot);/g, "")).not.toMatch(/[<&]/);
  return open;
}

test("what stands in a figure is escaped", () => {
  expect(escapeXml('a<b & "c">')).toBe("a&lt;b &amp; &quot;c&quot;&gt;");
});
