import { type AnyTaskDefinition, PLAYER_NAMES, type PlayerName, type TaskInput } from "@tallystick/tasks";

/** Somebody who plays to be scored well, or a program, and is not one of the players of the tasks themselves. */
export interface Attacker {
  readonly name: string;
  readonly about: string;
  play(
    definition: AnyTaskDefinition,
    who: { readonly seed: string; readonly personSeed: string },
  ): readonly TaskInput[];
}

/** By name; whoever stands here can be named in a population and is judged by the validation. */
export const ATTACKERS: Readonly<Record<string, Attacker>> = {};

export function isPlayer(name: string): name is PlayerName {
  return PLAYER_NAMES.some((known) => known === name);
}

export const findAttacker = (name: string): Attacker | null =>
  Object.hasOwn(ATTACKERS, name) ? (ATTACKERS[name] ?? null) : null;

/** People who mean what they answer; all other players and every attacker do not. */
const SINCERE: readonly string[] = ["honest", "interrupted", "accessible"];

export const actorNames = (): readonly string[] => [...PLAYER_NAMES, ...Object.keys(ATTACKERS)];
export const insincereNames = (): readonly string[] => actorNames().filter((name) => !SINCERE.includes(name));
