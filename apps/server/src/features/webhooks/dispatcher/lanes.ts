/**
 * How many attempts may be under way, overall and to one endpoint. An endpoint earns its width: it begins narrow, doubles
 * with each brisk success and falls to one with a failure or a slow answer. Those that have not earned any share half of
 * the slots at most, so that a hundred hanging endpoints leave the other half to the healthy ones.
 *
 * Besides, no endpoint gets more than `perSecond`, so that one lender's burst leaves the process to the others; and one
 * that stays silent (no connection, no answer in time) several times in a row is only probed: one attempt, then a rest
 * that doubles up to a bound, until it answers anything at all.
 *
 * A swift endpoint at its full width is done with a claim sooner than the next one is back from the database. For it some
 * more are claimed ahead: they wait in this process, for a tenth of a second or so, and take no slot.
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
  /** Whether one more attempt may begin at once; the only one of its endpoint always may. */
  mayStart(endpoint: LaneKey): boolean;
  take(endpoint: LaneKey): void;
  /** So many more (or fewer) were claimed ahead and wait for `mayStart`. */
  wait(endpoint: LaneKey, more: number): void;
  /** Whether what is under way and waiting is half of it at most: the moment to claim more, in a batch rather than one by one. */
  isHalfEmpty(endpoint: LaneKey): boolean;
  /** Whether nothing of it is under way or waits, though there is room: nothing will end that could call for more. */
  isIdle(endpoint: LaneKey): boolean;
  give(endpoint: LaneKey, impression: Impression): void;
  inFlight(): number;
}

/** How the endpoint did: "unknown" says nothing about it (stopped, erased, our own failure). */
export type Impression = "swift" | "brisk" | "slow" | "failed" | "silent" | "unknown";

export interface LaneKey {
  readonly companyId: string;
  readonly endpointId: string;
}

export interface LaneLimits {
  readonly total: number;
  readonly start: number;
  readonly max: number;
  /** Claimed beyond `max` for a swift endpoint. */
  readonly ahead: number;
  /** Attempts to one endpoint. */
  readonly perSecond: number;
}

interface Lane {
  inFlight: number;
  waiting: number;
  swift: boolean;
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
  const used: Used = { inFlight: 0, unproven: 0 };
  const { lanesOf, laneOf } = createBook(() => newLane(limits, nowMs()));
  return {
    free: () => limits.total - used.inFlight,
    defaultRoom: () => Math.min(limits.start, freeUnproven(used, limits)),
    known(companyId) {
      const lanes = lanesOf(companyId);
      return {
        endpointIds: [...lanes.keys()],
        rooms: Array.from(lanes.values(), (lane) => roomOf(lane, { used, limits, nowMs: nowMs() })),
      };
    },
    restMs(companyId) {
      const rests = Array.from(lanesOf(companyId).values(), (lane) => restOf(lane, limits, nowMs()));
      const soonest = Math.min(...rests.filter((ms) => ms > 0));
      return soonest === Infinity ? null : Math.ceil(soonest);
    },
    inFlight: () => used.inFlight,
    mayStart(endpoint) {
      const lane = laneOf(endpoint);
      return lane.inFlight === 0 || (lane.inFlight < lane.limit && used.inFlight < limits.total);
    },
    wait(endpoint, more) {
      laneOf(endpoint).waiting += more;
    },
    isHalfEmpty(endpoint) {
      const lane = laneOf(endpoint);
      return lane.inFlight + lane.waiting <= (lane.limit + aheadOf(lane, used, limits)) / 2;
    },
    isIdle: (endpoint) => isIdle(laneOf(endpoint), { used, limits, nowMs: nowMs() }),
    take(endpoint) {
      const lane = laneOf(endpoint);
      Object.assign(lane, { tokens: tokensOf(lane, limits, nowMs()) - 1, atMs: nowMs() });
      lane.inFlight += 1;
      used.inFlight += 1;
      if (!lane.proven) used.unproven += 1;
    },
    give(endpoint, impression) {
      const lane = laneOf(endpoint);
      if (!lane.proven) used.unproven -= lane.inFlight;
      lane.inFlight -= 1;
      used.inFlight -= 1;
      judge(lane, impression, { max: limits.max, nowMs: nowMs() });
      if (!lane.proven) used.unproven += lane.inFlight;
    },
  };
}

interface Book {
  readonly lanesOf: (companyId: string) => Map<string, Lane>;
  readonly laneOf: (key: LaneKey) => Lane;
}

function createBook(fresh: () => Lane): Book {
  const companies = new Map<string, Map<string, Lane>>();
  const lanesOf = (companyId: string): Map<string, Lane> => companies.get(companyId) ?? new Map<string, Lane>();
  const laneOf = ({ companyId, endpointId }: LaneKey): Lane => {
    const lanes = lanesOf(companyId);
    companies.set(companyId, lanes);
    const lane = lanes.get(endpointId) ?? fresh();
    lanes.set(endpointId, lane);
    return lane;
  };
  return { lanesOf, laneOf };
}

interface Used {
  inFlight: number;
  unproven: number;
}

function freeUnproven({ inFlight, unproven }: Used, { total }: LaneLimits): number {
  return Math.max(0, Math.min(total - inFlight, total / 2 - unproven));
}

/** Where slots are scarce, what waits for one would keep it from the others. */
function aheadOf({ swift, limit }: Lane, { inFlight }: Used, { max, total, ahead }: LaneLimits): number {
  return swift && limit === max && inFlight <= total / 2 ? ahead : 0;
}

interface Moment {
  readonly used: Used;
  readonly limits: LaneLimits;
  readonly nowMs: number;
}

function isIdle(lane: Lane, moment: Moment): boolean {
  return lane.inFlight === 0 && lane.waiting === 0 && roomOf(lane, moment) > 0;
}

function roomOf(lane: Lane, { used, limits, nowMs }: Moment): number {
  if (restOf(lane, limits, nowMs) > 0) return 0;
  const ahead = aheadOf(lane, used, limits);
  const width = lane.limit + ahead - lane.inFlight - lane.waiting;
  const own = Math.max(0, Math.min(width, Math.floor(tokensOf(lane, limits, nowMs)) - lane.waiting));
  return Math.min(own, lane.proven ? limits.total - used.inFlight + ahead : freeUnproven(used, limits));
}

function newLane({ start, perSecond }: LaneLimits, atMs: number): Lane {
  const unheard = { inFlight: 0, waiting: 0, swift: false, proven: false, silent: 0, restUntilMs: 0 };
  return { ...unheard, limit: start, tokens: perSecond, atMs };
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
  lane.swift = impression === "swift";
  lane.proven = lane.swift || impression === "brisk";
  lane.limit = lane.proven ? Math.min(max, lane.limit * 2) : 1;
  lane.silent = impression === "silent" ? lane.silent + 1 : 0;
  const rests = lane.silent - SILENT_BEFORE_REST;
  lane.restUntilMs = rests < 0 ? 0 : nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** rests);
}
