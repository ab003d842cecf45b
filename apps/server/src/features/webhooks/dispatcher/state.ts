import type { Alarm } from "./alarm.ts";
import type { AttemptContext, Claimed } from "./attempt.ts";
import type { Fronts } from "./fronts.ts";
import type { LaneKey, Lanes } from "./lanes.ts";
import type * as store from "./store.ts";
import type { Waiting } from "./waiting.ts";

/** What the parts of a dispatcher know in common. */

// Sockets are cheap and most attempts only wait; see lanes.ts for how they are shared out.
export const LANE_LIMITS = { total: 512, start: 2, max: 32, ahead: 96 };
// Those that wait and those whose outcome is still to be written count too, or a slow database would let them pile up.
export const MAX_HELD = 1_024;

/** A claimed delivery and its lease, until its outcome is written or it was given back. */
export interface Held {
  readonly claimed: Claimed;
  readonly lease: store.Lease;
  readonly endpoint: LaneKey;
}

export interface Dispatcher {
  readonly context: AttemptContext;
  readonly lanes: Lanes;
  readonly fronts: Fronts;
  readonly leaseSeconds: number;
  readonly alarm: Alarm;
  readonly underWay: Set<Promise<void>>;
  /** What is under way or waits. */
  readonly held: Set<Held>;
  /** What waits for a slot of its endpoint. */
  readonly waiting: Waiting<Held>;
  /** When a company last had something to claim, by performance.now(). */
  readonly activeAtMs: Map<string, number>;
  /** Companies with an endpoint that had no room for all that is due to it. */
  readonly crowded: Set<string>;
  /** Companies for which there was no slot at all. */
  readonly choked: Set<string>;
  /** Crowded companies where there is room again. */
  readonly relieved: Set<string>;
  /** Companies with an endpoint that rests or was too fast, until the first of them may go on. */
  readonly resting: Map<string, NodeJS.Timeout>;
  lastCompanyId: string;
  sweptAtMs: number;
  /** New work was announced since the database was last asked who has any. */
  announced: boolean;
  /** When it is to be asked again at the latest, by performance.now(). */
  askAtMs: number;
  stopping: boolean;
}
