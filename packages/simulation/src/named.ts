import { insincereNames } from "./actors.ts";
import { type Member, OBSERVED_CORRELATIONS, type Population } from "./population.ts";

const member = (player: string, share: number): Member => ({ player, share, group: "all", noise: 1 });

/** Equal parts of `share` for all of them. */
function together(players: readonly string[], share: number): Member[] {
  return players.map((player) => member(player, share / players.length));
}

/**
 * Populations that need no file. `honest`: people alone. `attack`: everybody who does not mean the answers, in equal parts.
 * `mixed`: as a lender might meet them, which is an assumption: 85 % honest, 4 % interrupted, 2 % with assistive
 * technology, 4 % half careless, and the rest in equal parts all who do not mean their answers.
 */
export function namedPopulation(name: string): Population | null {
  const correlations = OBSERVED_CORRELATIONS;
  const insincere = insincereNames();
  switch (name) {
    case "honest":
      return { name, members: [member("honest", 1)], correlations };
    case "attack":
      return { name, members: together(insincere, 1), correlations };
    case "mixed": {
      const people = [member("honest", 0.85), member("interrupted", 0.04), member("accessible", 0.02)];
      const others = insincere.filter((player) => player !== "careless");
      return { name, members: [...people, member("careless", 0.04), ...together(others, 0.05)], correlations };
    }
    default:
      return null;
  }
}

export const POPULATION_NAMES: readonly string[] = ["honest", "mixed", "attack"];

/** One player alone, for a report by player. */
export function populationOf(player: string, noise = 1): Population {
  return {
    name: player,
    members: [{ ...member(player, 1), noise }],
    correlations: OBSERVED_CORRELATIONS,
  };
}
