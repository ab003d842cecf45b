import type { TaskInput, TaskMachine, TrialBase } from "./contract.ts";
import { balloonMachine } from "./balloons/v1/machine.ts";
import { blocksMachine } from "./block_memory/v1/machine.ts";
import { cardsMachine } from "./cards/v1/machine.ts";
import { moneyMachine } from "./money_choices/v1/machine.ts";
import { numberMachine } from "./number_sense/v1/machine.ts";
import { tapsMachine } from "./quick_taps/v1/machine.ts";
import { replayMachine } from "./replay.ts";
import { statementsMachine } from "./statements/v1/machine.ts";
import { towerMachine } from "./tower/v1/machine.ts";

/**
 * Golden recordings: attempts stored once, with the outcome they had then. Every engine that will ever draw or judge
 * them must arrive at the same state. This entry carries machines alone, so that it runs in any engine.
 */
export interface GoldenRecording {
  readonly task: string;
  readonly version: number;
  readonly player: string;
  readonly seed: string;
  readonly parameters: unknown;
  readonly inputs: readonly TaskInput[];
  readonly expected: GoldenOutcome;
}

export interface GoldenOutcome {
  /** The final state as JSON text: equal to the last digit, or the engine calculates differently. */
  readonly state: string;
  readonly trials: string;
  readonly complete: boolean;
  readonly accepted: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const MACHINES: Readonly<Record<string, TaskMachine<unknown, unknown, unknown, TrialBase>>> = {
  "money_choices/1": moneyMachine,
  "quick_taps/1": tapsMachine,
  "statements/1": statementsMachine,
  "cards/1": cardsMachine,
  "tower/1": towerMachine,
  "number_sense/1": numberMachine,
  "balloons/1": balloonMachine,
  "block_memory/1": blocksMachine,
};

/** What this engine makes of a recording; compare with `recording.expected`. Throws for an unknown task version. */
export function replayGolden(recording: Omit<GoldenRecording, "expected">): GoldenOutcome {
  const machine = MACHINES[`${recording.task}/${recording.version}`];
  if (machine === undefined) throw new Error(`No machine for ${recording.task} version ${recording.version}`);
  const { state, accepted, refusals } = replayMachine(machine, recording);
  return {
    state: JSON.stringify(state),
    trials: JSON.stringify(machine.trials(state)),
    complete: machine.isComplete(state),
    accepted,
    refusals,
  };
}
