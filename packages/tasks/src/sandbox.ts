import type { AnyTaskDefinition, PlayerName, PlayerPerson, TaskInput } from "./contract.ts";
import { createDraws } from "./players/random.ts";

interface Preset {
  readonly player: PlayerName;
  /** Standing in every trait that enters a score, z in the favourable direction. */
  readonly standing: number;
  readonly noise: number;
  readonly untrustedEvents: boolean;
}

/** The simulated applicants behind the sandbox prefixes of the lender's API. */
export const SANDBOX_PLAYERS = {
  lowrisk: { player: "honest", standing: 1.7, noise: 0.1, untrustedEvents: false },
  highrisk: { player: "honest", standing: -1.7, noise: 0.1, untrustedEvents: false },
  lowtrust: { player: "straight_side", standing: 0, noise: 1, untrustedEvents: false },
  bot: { player: "script", standing: 0.3, noise: 1, untrustedEvents: true },
  /** Plays on as anyone would; the journey around it is what differs (cancel, expire, incomplete). */
  ordinary: { player: "honest", standing: 0, noise: 0.5, untrustedEvents: false },
} as const satisfies Record<string, Preset>;

const SCORED_LATENTS = ["patience", "self_control", "optimism"];
const OTHER_LATENTS = ["attention", "risk_taking", "planning", "reflection", "memory"];

export type SandboxPlayer = keyof typeof SANDBOX_PLAYERS;

export interface PlayTaskOptions {
  /** Of the attempt, as granted. */
  readonly seed: string;
  /** Default: the task's own. */
  readonly parameters?: unknown;
  /** 32 hex characters that stand for the person, e.g. a hash of the uid. */
  readonly personSeed: string;
}

/** One attempt played by a sandbox applicant or, by name, by any simulated one drawn from the population. */
export function playTask(
  definition: AnyTaskDefinition,
  player: SandboxPlayer | PlayerName,
  options: PlayTaskOptions,
): readonly TaskInput[] {
  const { seed, personSeed } = options;
  const parameters = options.parameters ?? definition.spec.parameters;
  if (!isSandboxPlayer(player)) return definition.play(player, { seed, parameters, person: { seed: personSeed } });
  const preset: Preset = SANDBOX_PLAYERS[player];
  const standing = preset.standing + 0.2 * createDraws("person", personSeed, "0").normal();
  const person: PlayerPerson = {
    seed: personSeed,
    latent: Object.fromEntries(
      [...SCORED_LATENTS, ...OTHER_LATENTS].map((key) => [key, SCORED_LATENTS.includes(key) ? standing : 0] as const),
    ),
    noise: preset.noise,
    untrustedEvents: preset.untrustedEvents,
  };
  return definition.play(preset.player, { seed, parameters, person });
}

function isSandboxPlayer(name: string): name is SandboxPlayer {
  return Object.hasOwn(SANDBOX_PLAYERS, name);
}
