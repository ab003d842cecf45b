/**
 * How many attempts may be under way, overall and to one endpoint. An endpoint earns its width: it begins narrow, doubles
 * with each brisk success and falls to one with a failure or a slow answer. Those that have not earned any share half of
 * the slots at most, so that a hundred hanging endpoints leave the other half to the healthy ones.
 */
export interface Lanes {
  /** Slots that are free at all. */
  free(): number;
  /** What one more attempt to an endpoint that was never heard of may take. */
  defaultRoom(): number;
  /** The company's endpoints whose room differs from the default. */
  known(companyId: string): { readonly endpointIds: string[]; readonly rooms: number[] };
  take(endpoint: LaneKey): void;
  /** Returns whether the lane is half empty: the moment to claim more for it, in a batch rather than one by one. */
  give(endpoint: LaneKey, impression: "brisk" | "slow" | "failed" | "unknown"): boolean;
  inFlight(): number;
}

export interface LaneKey {
  readonly companyId: string;
  readonly endpointId: string;
}

export interface LaneLimits {
  readonly total: number;
  readonly start: number;
  readonly max: number;
}

interface Lane {
  inFlight: number;
  limit: number;
  proven: boolean;
}

export function createLanes(limits: LaneLimits): Lanes {
  const companies = new Map<string, Map<string, Lane>>();
  let inFlight = 0;
  let unproven = 0;

  const freeUnproven = (): number => Math.max(0, Math.min(limits.total - inFlight, limits.total / 2 - unproven));
  const room = (lane: Lane): number => {
    const own = Math.max(0, lane.limit - lane.inFlight);
    return Math.min(own, lane.proven ? limits.total - inFlight : freeUnproven());
  };
  const laneOf = ({ companyId, endpointId }: LaneKey): Lane => {
    const lanes = companies.get(companyId) ?? new Map<string, Lane>();
    companies.set(companyId, lanes);
    const lane = lanes.get(endpointId) ?? { inFlight: 0, limit: limits.start, proven: false };
    lanes.set(endpointId, lane);
    return lane;
  };
  return {
    free: () => limits.total - inFlight,
    defaultRoom: () => Math.min(limits.start, freeUnproven()),
    known(companyId) {
      const lanes = companies.get(companyId) ?? new Map<string, Lane>();
      return { endpointIds: [...lanes.keys()], rooms: Array.from(lanes.values(), room) };
    },
    inFlight: () => inFlight,
    take(endpoint) {
      const lane = laneOf(endpoint);
      lane.inFlight += 1;
      inFlight += 1;
      if (!lane.proven) unproven += 1;
    },
    give(endpoint, impression) {
      const lane = laneOf(endpoint);
      if (!lane.proven) unproven -= lane.inFlight;
      lane.inFlight -= 1;
      inFlight -= 1;
      if (impression !== "unknown") {
        lane.proven = impression === "brisk";
        lane.limit = lane.proven ? Math.min(limits.max, lane.limit * 2) : 1;
      }
      if (!lane.proven) unproven += lane.inFlight;
      return lane.inFlight <= lane.limit / 2;
    },
  };
}
