import { UID_PATTERN } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { noteEvidence, type EnvironmentAccess } from "../deployments/service.ts";
import { judgeUid } from "./judgement.ts";
import { selectUsedUids, type ExistingSession } from "./store.ts";
import { uidHash } from "./uid-hash.ts";

const REOPEN_CALL = "POST /v1/sessions-management/reopen";

export interface UsedUid {
  readonly environment: EnvironmentAccess;
  readonly uid: string;
  /** null: the uid was erased, and nothing is known of it but that it was used. */
  readonly session: ExistingSession | null;
}

/** Whether a further request may have the session again; otherwise it is refused with `usedUidRefusal`. */
export function isStillOpen(session: ExistingSession): boolean {
  const isOpen = session.state === "created" || session.state === "opened" || session.state === "in_progress";
  return isOpen && !session.is_over;
}

/**
 * 409 `uid_already_used` or `uid_expired` that names what exists and the way out, for people in the detail and for
 * programs in the members `state`, `session_id`, `can_reopen` and `suggested_uid` (free when asked for, or null).
 */
export async function usedUidRefusal(deps: Deps, used: UsedUid): Promise<AppError> {
  const { environment } = used;
  // An erased session is out of sight from the first moment on, also while its row still has the uid.
  const session = used.session?.state === "erased" ? null : used.session;
  // An archived deployment takes neither a new uid nor a re-opening.
  const suggested = environment.archived ? null : await suggestUid(deps, environment, used.uid);
  const { code, what, canReopen: hasEndedOpen } = describe(session);
  const canReopen = hasEndedOpen && !environment.archived;
  noteEvidence(deps, environment, "duplicate_refused", { code });
  return fail(code, `${what} ${wayOut(environment, suggested, canReopen)}`, {
    extra: {
      state: session === null ? "erased" : stateOf(session),
      ...(session !== null && { session_id: session.session_id }),
      can_reopen: canReopen,
      suggested_uid: suggested,
    },
  });
}

function wayOut(environment: EnvironmentAccess, suggested: string | null, canReopen: boolean): string {
  if (environment.archived) {
    return "Its deployment is archived: un-archive it to re-open journeys or to create others, or use another deployment.";
  }
  const again = canReopen ? `Re-open it (${REOPEN_CALL}) to let the same applicant start again. ` : "";
  return suggested === null
    ? `${again}For a new application choose another uid.`
    : `${again}For a new application use another uid, for instance "${suggested}".`;
}

interface Description {
  readonly code: "uid_already_used" | "uid_expired";
  readonly what: string;
  readonly canReopen: boolean;
}

function describe(session: ExistingSession | null): Description {
  const code = "uid_already_used";
  if (session === null) {
    return {
      code,
      what: "This uid was used in this environment before, and its journey was erased.",
      canReopen: false,
    };
  }
  const ended = session.ended_at === null ? "" : ` on ${readable(session.ended_at)}`;
  switch (session.state) {
    case "completed": {
      const result = session.outcome === "scored" ? "has a result" : "could not be scored";
      const what = `This uid has a completed journey in this environment: it ended${ended} and ${result}, which is never replaced.`;
      return { code, what, canReopen: false };
    }
    case "cancelled":
      return { code, what: `The journey of this uid was cancelled${ended}.`, canReopen: true };
    case "incomplete":
      return { code, what: `The journey of this uid was left incomplete${ended}.`, canReopen: true };
    default:
      return expired(session);
  }
}

function expired(session: ExistingSession): Description {
  const at = readable(session.expires_at);
  if (session.state === "in_progress" && !session.is_past_grace) {
    const what = `The time of this uid's journey ended on ${at}; what was played may still arrive for some minutes.`;
    return { code: "uid_expired", what, canReopen: false };
  }
  return {
    code: "uid_expired",
    what: `The journey of this uid expired on ${at} without being finished.`,
    canReopen: true,
  };
}

/** An end that is due counts before the sweep has written it. */
function stateOf(session: ExistingSession): string {
  const isDue = session.is_over && (session.state !== "in_progress" || session.is_past_grace);
  return isDue && ["created", "opened", "in_progress"].includes(session.state) ? "expired" : session.state;
}

const HIGHEST_SUFFIX = 9;

/** A uid made of the given one that this environment would take now; null when it has no room for a suffix. */
export async function suggestUid(deps: Deps, environment: EnvironmentAccess, uid: string): Promise<string | null> {
  const { companyId, environmentId } = environment;
  const [, base, number] = /^(.+)-([1-9]\d?)$/.exec(uid) ?? [];
  const next = base === undefined ? [] : suffixed(base, Number(number) + 1);
  const further = suffixed(uid, 2);
  const asked = [...next, ...further, ...(base === undefined ? [] : [base])];
  const used = new Set(
    await selectUsedUids(deps.db, companyId, {
      environmentId,
      uids: asked,
      uidHashes: asked.map((candidate) => uidHash(deps.secrets, companyId, candidate)),
    }),
  );
  // A number at the end is counted on only where what stands before it is a uid itself: LOANS-12 may be an application
  // of its own, whose neighbour LOANS-13 belongs to somebody else.
  const candidates = base !== undefined && used.has(base) ? [...next, ...further] : further;
  return candidates.find((candidate) => !used.has(candidate) && isAllowed(environment, candidate)) ?? null;
}

function suffixed(base: string, from: number): readonly string[] {
  return Array.from({ length: HIGHEST_SUFFIX - 1 }, (_, index) => `${base}-${from + index}`);
}

function isAllowed(environment: EnvironmentAccess, uid: string): boolean {
  return UID_PATTERN.test(uid) && judgeUid(environment, uid).error === undefined;
}

/** `2026-11-25 03:12 UTC`. */
function readable(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
