/**
 * How many attempts may be under way, overall and to one endpoint. An endpoint earns its width: it begins narrow, doubles
 * with each brisk success and falls to one with a failure or a slow answer. Those that have not earned any share half of
 * the slots at most, so that a hundred hanging endpoints leave the other half to the healthy ones.
 *
 * Besides, no endpoint gets more than `perSecond`, so that one lender's burst leaves the process to the others; and one
 * that stays silent (no connection, no answer in time) several times in a row is only probed: one attempt, then a rest
 * that doubles up to a bound, until it answers anything at all.
 */
export interface Lanes {
  /** Slots that are free at all. */
  free(): number;
  /** What one more attempt to an endpoint that was never heard of may take. */
  defaultRoom(): number;
  /** The company's endpoints whose room differs from the default. */
  known(companyId: string): { readonly endpointIds: string[]; readonly rooms: number[] };
  /** Milliseconds until the first of the company's endpoints that rest or were too fast may go on; null: none does. */
  restMs(companyId: string): number | null;
  take(endpoint: LaneKey): void;
  /** Returns whether the lane is half empty: the moment to claim more for it, in a batch rather than one by one. */
  give(endpoint: LaneKey, impression: Impression): boolean;
  inFlight(): number;
}

/** How the endpoint did: "unknown" says nothing about it (stopped, erased, our own failure). */
export type Impression = "brisk" | "slow" | "failed" | "silent" | "unknown";

export interface LaneKey {
  readonly companyId: string;
  readonly endpointId: string;
}

export interface LaneLimits {
  readonly total: number;
  readonly start: number;
  readonly max: number;
  /** Attempts to one endpoint. */
  readonly perSecond: number;
}

interface Lane {
  inFlight: number;
  limit: number;
  proven: boolean;
  /** What is left of the rate, as of `atMs`. */
  tokens: number;
  atMs: number;
  /** Silent attempts in a row. */
  silent: number;
  restUntilMs: number;
}

/** A single lost packet is no dead endpoint. */
const SILENT_BEFORE_REST = 5;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 10_000;

/** An endpoint at its rate gets a portion for so many seconds at once, rather than a claim for each attempt. */
const PORTION_SECONDS = 0.05;

export function createLanes(limits: LaneLimits, nowMs: () => number = () => performance.now()): Lanes {
  const companies = new Map<string, Map<string, Lane>>();
  let inFlight = 0;
  let unproven = 0;

  const freeUnproven = (): number => Math.max(0, Math.min(limits.total - inFlight, limits.total / 2 - unproven));
  const room = (lane: Lane): number => {
    if (restOf(lane, limits, nowMs()) > 0) return 0;
    const own = Math.max(0, Math.min(lane.limit - lane.inFlight, Math.floor(tokensOf(lane, limits, nowMs()))));
    return Math.min(own, lane.proven ? limits.total - inFlight : freeUnproven());
  };
  const lanesOf = (companyId: string): Map<string, Lane> => companies.get(companyId) ?? new Map<string, Lane>();
  const laneOf = ({ companyId, endpointId }: LaneKey): Lane => {
    const lanes = lanesOf(companyId);
    companies.set(companyId, lanes);
    const lane = lanes.get(endpointId) ?? newLane(limits, nowMs());
    lanes.set(endpointId, lane);
    return lane;
  };
  return {
    free: () => limits.total - inFlight,
    defaultRoom: () => Math.min(limits.start, freeUnproven()),
    known(companyId) {
      const lanes = lanesOf(companyId);
      return { endpointIds: [...lanes.keys()], rooms: Array.from(lanes.values(), room) };
    },
    restMs(companyId) {
      const rests = Array.from(lanesOf(companyId).values(), (lane) => restOf(lane, limits, nowMs()));
      const soonest = Math.min(...rests.filter((ms) => ms > 0));
      return soonest === Infinity ? null : Math.ceil(soonest);
    },
    inFlight: () => inFlight,
    take(endpoint) {
      const lane = laneOf(endpoint);
      Object.assign(lane, { tokens: tokensOf(lane, limits, nowMs()) - 1, atMs: nowMs() });
      lane.inFlight += 1;
      inFlight += 1;
      if (!lane.proven) unproven += 1;
    },
    give(endpoint, impression) {
      const lane = laneOf(endpoint);
      if (!lane.proven) unproven -= lane.inFlight;
      lane.inFlight -= 1;
      inFlight -= 1;
      judge(lane, impression, { max: limits.max, nowMs: nowMs() });
      if (!lane.proven) unproven += lane.inFlight;
      return lane.inFlight <= lane.limit / 2;
    },
  };
}

function newLane({ start, perSecond }: LaneLimits, atMs: number): Lane {
  return { inFlight: 0, limit: start, proven: false, tokens: perSecond, atMs, silent: 0, restUntilMs: 0 };
}

function tokensOf(lane: Lane, { perSecond }: LaneLimits, nowMs: number): number {
  return Math.min(perSecond, lane.tokens + ((nowMs - lane.atMs) / 1000) * perSecond);
}

/** Milliseconds until the lane may go on; 0: it may. */
function restOf(lane: Lane, limits: LaneLimits, nowMs: number): number {
  const portion = Math.max(1, Math.min(limits.max, limits.perSecond * PORTION_SECONDS));
  const refillMs = ((portion - tokensOf(lane, limits, nowMs)) / limits.perSecond) * 1000;
  return Math.max(0, lane.restUntilMs - nowMs, refillMs);
}

function judge(lane: Lane, impression: Impression, { max, nowMs }: { max: number; nowMs: number }): void {
  if (impression === "unknown") return;
  lane.proven = impression === "brisk";
  lane.limit = lane.proven ? Math.min(max, lane.limit * 2) : 1;
  lane.silent = impression === "silent" ? lane.silent + 1 : 0;
  const rests = lane.silent - SILENT_BEFORE_REST;
  lane.restUntilMs = rests < 0 ? 0 : nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** rests);
}
