import type { AnyTaskDefinition, TaskInput } from "../contract.ts";
import type { Touch } from "../players/hand.ts";
import { openScreens, type Screen } from "./screens.ts";

/** One press of a recording, or one time limit that passed. */
export interface Recorded {
  /** Null where the time limit passed. */
  readonly choice: string | null;
  /** Place among what could be pressed then, from 0; −1 for none of them. */
  readonly place: number;
  /** From the input before it, or from where the page lets one go on, ms. */
  readonly afterMs: number;
  readonly touch: Touch;
}

/** What an honest person did on each screen, by its name, in the order of the presses. */
export type Recording = ReadonlyMap<string, readonly Recorded[]>;

/** The same on every attempt, whatever is drawn for it. */
export function nameOf({ type, stimulus }: Screen): string {
  return `${type} ${stimulus}`;
}

function touchOf({ source, dx, dy, trusted, down }: TaskInput): Touch {
  return {
    ...(source === undefined ? {} : { source }),
    ...(dx === undefined ? {} : { dx }),
    ...(dy === undefined ? {} : { dy }),
    ...(trusted === undefined ? {} : { trusted }),
    ...(down === undefined ? {} : { down }),
  };
}

/** An honest person's attempt under `seed`, without what the page did by itself and without taps before their target. */
export function recordHonest(definition: AnyTaskDefinition, seed: string, personSeed: string): Recording {
  const { machine, spec } = definition;
  const screens = openScreens(definition, seed);
  const recording = new Map<string, Recorded[]>();
  let state = machine.start(seed, spec.parameters);
  let beforeMs = 0;
  for (const input of definition.play("honest", { seed, parameters: spec.parameters, person: { seed: personSeed } })) {
    const screen = screens.read(machine.view(state), beforeMs);
    if (screen.type === "question" || screen.readMs !== null) {
      const choice = input.choice ?? null;
      const place = screen.type === "question" && choice !== null ? screen.choices.indexOf(choice) : -1;
      const sinceMs = screen.type === "turn" ? screen.pageMs : beforeMs;
      const entry = { choice, place, afterMs: input.at - sinceMs, touch: touchOf(input) };
      recording.set(nameOf(screen), [...(recording.get(nameOf(screen)) ?? []), entry]);
    }
    state = machine.apply(state, input);
    beforeMs = input.at;
  }
  return recording;
}
