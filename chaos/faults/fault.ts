import type { ChaosReceiver } from "../receivers.ts";
import type { Lender, Member, Shape, World } from "../world.ts";

export const GROUPS = [
  "processes",
  "moments",
  "database",
  "receivers",
  "network",
  "clock",
  "disk",
  "whole",
  "keys",
] as const;
export type FaultGroup = (typeof GROUPS)[number];

/** Where a fault strikes in one round. */
export interface Scene {
  readonly world: World;
  /** Uniform in [0, 1), from the run's seed. */
  readonly random: () => number;
  /** The lender whose receiver or way is hit, where one is. */
  readonly victim: Lender;
  /** The worker that is hit, where one is. */
  readonly worker: Member;
  /** Goes on behind the following rounds; the run waits for it at its end. */
  readonly later: (work: Promise<void>) => void;
}

export interface Struck {
  /** When the harm was done, epoch milliseconds. */
  readonly atMs: number;
  /** Ends what does not end by itself. */
  heal(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  readonly group: FaultGroup;
  /** The worlds it is dealt in; absent: that of an `api` with workers beside it. */
  readonly shapes?: readonly Shape[];
  /** Harms nothing by itself, so that another strikes beside it. */
  readonly isCompany?: boolean;
  /** What is done, in words for the report. */
  readonly does: string;
  /** Why nothing is lost. */
  readonly because: string;
  /** Does the harm and resolves when it is done. Finishes are being sent at the same time. */
  strike(scene: Scene): Promise<Struck>;
  /** Why it can not be done here, or null. */
  impossible?(world: World): string | null;
  /** It has to wait for an earlier fault to pass. */
  isTooSoon?(world: World): boolean;
}

/** Resolves at this moment of the receiver's next webhook, or after `patienceMs` when none comes. */
export function atMoment(receiver: ChaosReceiver, moment: "received" | "answered", patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(patience);
      receiver.watch(moment, null);
      resolve();
    };
    const patience = setTimeout(end, patienceMs);
    receiver.watch(moment, end);
  });
}

const NOTHING_TO_HEAL = (): Promise<void> => Promise.resolve();

export function struckNow(heal: () => Promise<void> = NOTHING_TO_HEAL): Struck {
  return { atMs: Date.now(), heal };
}
