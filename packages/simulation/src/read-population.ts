import { actorNames } from "./actors.ts";
import type { TraitCorrelation } from "./correlate.ts";
import { latentTriangle, LATENTS, type Member, OBSERVED_CORRELATIONS, type Population } from "./population.ts";

const MOST_MEMBERS = 200;
const MOST_NOISE = 10;
/** Shares are decimal fractions and seldom add up to 1 exactly. */
const TOLERANCE = 1e-6;

type Members = Readonly<Record<string, unknown>>;

/**
 * A population out of a parsed JSON file: `{"name", "members": [{"player", "share", "group"?, "noise"?}],
 * "correlations"?: [{"a", "b", "rho"}]}`. Throws RangeError with a sentence that names the place of the fault.
 */
export function readPopulation(document: unknown): Population {
  const top = membersOf(document, "the population", ["name", "members", "correlations"]);
  const name = text(top["name"], "name");
  const members = list(top["members"], "members").map(readMember);
  if (members.length === 0) throw new RangeError("members: a population needs somebody in it");
  if (members.length > MOST_MEMBERS) throw new RangeError(`members: at most ${String(MOST_MEMBERS)}`);
  const total = members.reduce((sum, { share }) => sum + share, 0);
  if (Math.abs(total - 1) > TOLERANCE)
    throw new RangeError(`members: the shares add up to ${String(Math.round(total * 1e6) / 1e6)}, not to 1`);
  const given = top["correlations"];
  const correlations = given === undefined ? OBSERVED_CORRELATIONS : list(given, "correlations").map(readCorrelation);
  refuseRepeated(correlations);
  latentTriangle(correlations);
  return { name, members, correlations };
}

function readMember(value: unknown, index: number): Member {
  const place = `members[${String(index)}]`;
  const found = membersOf(value, place, ["player", "share", "group", "noise"]);
  const player = text(found["player"], `${place}.player`);
  if (!actorNames().includes(player))
    throw new RangeError(`${place}.player: there is no "${player}"; there are ${actorNames().join(", ")}`);
  const share = number(found["share"], `${place}.share`, [0, 1]);
  const group = found["group"] === undefined ? "all" : text(found["group"], `${place}.group`);
  const noise = found["noise"] === undefined ? 1 : number(found["noise"], `${place}.noise`, [0, MOST_NOISE]);
  return { player, share, group, noise };
}

function readCorrelation(value: unknown, index: number): TraitCorrelation {
  const place = `correlations[${String(index)}]`;
  const found = membersOf(value, place, ["a", "b", "rho"]);
  const trait = (name: string): string => {
    const given = text(found[name], `${place}.${name}`);
    if (LATENTS.some((known) => known === given)) return given;
    throw new RangeError(`${place}.${name}: there is no trait "${given}"; there are ${LATENTS.join(", ")}`);
  };
  const [a, b] = [trait("a"), trait("b")];
  if (a === b) throw new RangeError(`${place}: a trait correlates with itself by 1`);
  return { a, b, rho: number(found["rho"], `${place}.rho`, [-1, 1]) };
}

function refuseRepeated(correlations: readonly TraitCorrelation[]): void {
  const pairs = correlations.map(({ a, b }) => [a, b].toSorted().join(" and "));
  const repeated = pairs.find((pair, index) => pairs.indexOf(pair) !== index);
  if (repeated !== undefined) throw new RangeError(`correlations: ${repeated} are given twice`);
}

function membersOf(value: unknown, place: string, known: readonly string[]): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RangeError(`${place}: an object is needed`);
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new RangeError(`${place}: "${stranger}" is not known; there are ${known.join(", ")}`);
  return value as Members;
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError(`${place}: a list is needed`);
  return value;
}

/** Letters, digits and a few marks: it goes into files and reports as it is. */
function text(value: unknown, place: string): string {
  if (typeof value !== "string" || !/^[\p{L}\p{M}\p{N} ._-]{1,60}$/u.test(value))
    throw new RangeError(`${place}: 1 to 60 letters, digits, spaces, points, _ and - are needed`);
  return value;
}

function number(value: unknown, place: string, [least, most]: readonly [number, number]): number {
  if (typeof value !== "number" || !(value >= least && value <= most))
    throw new RangeError(`${place}: a number from ${String(least)} to ${String(most)} is needed`);
  return value;
}
