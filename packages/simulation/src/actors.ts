import { ATTACKERS, type Attacker, PLAYER_NAMES, type PlayerName } from "@tallystick/tasks";

export function isPlayer(name: string): name is PlayerName {
  return PLAYER_NAMES.some((known) => known === name);
}

const attackers: readonly Attacker[] = Object.values(ATTACKERS);

export const findAttacker = (name: string): Attacker | null =>
  attackers.find((attacker) => attacker.name === name) ?? null;

/** People who mean what they answer; all other players and every attacker do not. */
const SINCERE: readonly string[] = ["honest", "interrupted", "accessible"];

export const actorNames = (): readonly string[] => [...PLAYER_NAMES, ...Object.keys(ATTACKERS)];
export const insincereNames = (): readonly string[] => actorNames().filter((name) => !SINCERE.includes(name));
