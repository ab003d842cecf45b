import type { SessionView } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { environmentById } from "../deployments/service.ts";
import { effectiveState, epochSeconds, isOpen, isReopenable, type SessionRow } from "./lifecycle.ts";
import { neighboursOf, type Neighbour } from "./neighbours.ts";
import { selectFacts, selectLastInputs, type FactRow } from "./view-store.ts";

/** What a session looks like to whoever may see it. `onlyHere`: near duplicates of its own environment alone. */
export async function viewOf(
  deps: Deps,
  session: SessionRow,
  options: { readonly onlyHere?: true } = {},
): Promise<SessionView> {
  const { companyId, environmentId, sessionId, uid } = session;
  const [{ archived }, facts, neighbours, lastInputs] = await Promise.all([
    environmentById(deps, companyId, environmentId),
    selectFacts(deps.db, companyId, { sessionId, kinds: ["warning", "run_ended", "reopened"] }),
    neighboursOf(deps, companyId, { environmentId, uid, ...options }),
    // While somebody plays, only batches arrive; the session's row is left alone.
    session.state === "in_progress" ? selectLastInputs(deps.db, companyId, session) : null,
  ]);
  const state = effectiveState(session);
  if (state === "erased") throw new Error("an erased session is shown to nobody");
  return {
    session_id: sessionId,
    uid,
    integration_id: session.integrationId,
    state,
    outcome: session.outcome,
    reasons: [...session.endReasons],
    run: session.run,
    clock: session.clock,
    simulated: session.simulated,
    language: session.language,
    metadata: { ...session.metadata },
    created_at: epochSeconds(session.createdAt),
    expires_at: epochSeconds(session.expiresAt),
    opened_at: secondsOrNull(session.openedAt),
    consented_at: secondsOrNull(session.consentedAt),
    // An expiry that the sweep has not written yet happened when its time was over.
    ended_at: secondsOrNull(session.endedAt ?? (state === "expired" ? session.expiresAt : null)),
    last_activity_at: secondsOrNull(later(session.lastActivityAt, lastInputs)),
    link: `${deps.config.publicUrl}/a/${session.linkCode}`,
    can_reopen: isReopenable(state) && !archived,
    can_cancel: isOpen(state),
    warnings: facts.filter(({ kind }) => kind === "warning").map(warningOf),
    earlier_runs: endedRuns(facts),
    near_duplicates: neighbours.map(nearDuplicate),
  };
}

// Facts of these kinds are written by this feature alone, in these shapes.

function warningOf({ details }: FactRow): SessionView["warnings"][number] {
  return details as unknown as SessionView["warnings"][number];
}

function endedRuns(facts: readonly FactRow[]): SessionView["earlier_runs"] {
  const reopened = new Map(facts.filter(({ kind }) => kind === "reopened").map(({ run, at }) => [run, at]));
  return facts
    .filter(({ kind }) => kind === "run_ended")
    .map(({ run, details, at }) => {
      const ended = details as unknown as Omit<SessionView["earlier_runs"][number], "run" | "reopened_at">;
      const { state, reasons, opened_at, consented_at, ended_at } = ended;
      const reopenedAt = epochSeconds(reopened.get(run + 1) ?? at);
      return { run, state, reasons, opened_at, consented_at, ended_at, reopened_at: reopenedAt };
    });
}

function nearDuplicate(neighbour: Neighbour): SessionView["near_duplicates"][number] {
  return {
    uid: neighbour.uid,
    session_id: neighbour.sessionId,
    environment_id: neighbour.environmentId,
    same_environment: neighbour.sameEnvironment,
    relation: neighbour.relation,
    state: neighbour.state,
    created_at: epochSeconds(neighbour.createdAt),
  };
}

function secondsOrNull(at: Date | null): number | null {
  return at === null ? null : epochSeconds(at);
}

function later(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
