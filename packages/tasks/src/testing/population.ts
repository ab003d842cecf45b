import type { AnyTaskDefinition, PlayerName, PlayerPerson, Replay } from "../contract.ts";
import { replay } from "../replay.ts";

/** Simulated people for the tests of players. Person and purpose (any small number) give a seed. */
export const seedOf = (person: number, purpose: number): string =>
  person.toString(16).padStart(16, "0") + purpose.toString(16).padStart(16, "a");

export function played(
  definition: AnyTaskDefinition,
  player: PlayerName,
  play: { readonly seed: string; readonly person: PlayerPerson },
): Replay & { readonly endMs: number } {
  const { parameters } = definition.spec;
  const inputs = definition.play(player, { ...play, parameters });
  return { ...replay(definition, { seed: play.seed, parameters, inputs }), endMs: inputs.at(-1)?.at ?? 0 };
}

/** One metric of `people` honest people: an attempt, another on the same day, another on another day. */
export function threeAttempts(definition: AnyTaskDefinition, metric: string, people: number) {
  const attempt = (purpose: number, day: number): number[] =>
    Array.from({ length: people }, (_, person) => {
      const who = { seed: seedOf(person, 1), day: seedOf(person, day) };
      return played(definition, "honest", { seed: seedOf(person, purpose), person: who }).metrics[metric] ?? NaN;
    });
  return { first: attempt(7, 50), sameDay: attempt(8, 50), otherDay: attempt(9, 51) };
}
