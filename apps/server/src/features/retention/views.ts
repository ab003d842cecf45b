import type { ErasureView, HoldView } from "@tallystick/contract";

import type { Erasure } from "./erasure.ts";
import type { Hold } from "./holds.ts";

export function erasureView(erasure: Erasure): ErasureView {
  return {
    erasure_id: erasure.erasureId,
    session_id: erasure.sessionId,
    environment_id: erasure.environmentId,
    state: erasure.state,
    requested_by: erasure.requestedBy,
    requested_at: epochSeconds(erasure.requestedAt),
    finished_at: erasure.finishedAt && epochSeconds(erasure.finishedAt),
    removed: { ...erasure.steps },
  };
}

export function holdView(hold: Hold): HoldView {
  return {
    hold_id: hold.holdId,
    session_id: hold.sessionId,
    reason: hold.reason,
    placed_by: hold.placedBy,
    placed_at: epochSeconds(hold.placedAt),
    released_by: hold.releasedBy,
    released_at: hold.releasedAt && epochSeconds(hold.releasedAt),
  };
}

function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
