import type { Actor } from "../audit/service.ts";
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import {
  cancelSession as endByLender,
  effectiveState,
  findSession,
  isOpen,
  lockSession,
  reopenSession as startAgain,
  type SessionRow,
} from "./lifecycle.ts";

export interface ManageOptions {
  readonly environment: EnvironmentAccess;
  /** One of the two; both are looked for in this environment only. */
  readonly name: { readonly uid: string } | { readonly sessionId: string };
  readonly actor: Actor;
}

/** The session of this name in this environment. Throws `session_unknown`. */
export async function sessionIn(deps: Deps, { environment, name }: Omit<ManageOptions, "actor">): Promise<SessionRow> {
  const { companyId, environmentId } = environment;
  const found = await findSession(deps, { companyId, environmentId, ...name });
  if (found === null || found.environmentId !== environmentId || found.state === "erased") throw unknownSession(name);
  return found;
}

/**
 * Lets the applicant start again. One that was re-opened and is not open yet is answered as it is, so that the call may
 * be repeated. Throws `session_unknown`, `session_not_reopenable`, `deployment_archived`.
 */
export function reopenSession(deps: Deps, options: ManageOptions): Promise<SessionRow> {
  const { environment, actor } = options;
  return withSession(deps, options, async (tx, session) => {
    if (session.run > 1 && effectiveState(session) === "created") return session;
    refuseArchived(environment);
    return startAgain(tx, deps, session, { actor, waitForHours: environment.settings.session_hours });
  });
}

/**
 * Ends an open journey on the lender's word. One that the lender cancelled before is answered as it is. Throws
 * `session_unknown`, `session_not_cancellable`.
 */
export function cancelSession(deps: Deps, options: ManageOptions): Promise<SessionRow> {
  const { actor } = options;
  return withSession(deps, options, async (tx, session) => {
    if (session.endReasons.includes("CANCELLED_BY_LENDER")) return session;
    const state = effectiveState(session);
    if (!isOpen(state)) throw notCancellable(state);
    if (!(await endByLender(tx, deps, session, { reason: "CANCELLED_BY_LENDER", actor }))) {
      throw new Error("an open session could not be ended: its row was not locked");
    }
    const { at } = session;
    return { ...session, state: "cancelled", endReasons: ["CANCELLED_BY_LENDER"], endedAt: at, lastActivityAt: at };
  });
}

async function withSession(
  deps: Deps,
  options: ManageOptions,
  act: (tx: Transaction, session: SessionRow) => Promise<SessionRow>,
): Promise<SessionRow> {
  const { companyId, sessionId } = await sessionIn(deps, options);
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId, sessionId });
    // Erased between the look and the lock.
    if (session === null || session.state === "erased") throw unknownSession(options.name);
    return act(tx, session);
  });
}

function unknownSession(name: ManageOptions["name"]): AppError {
  const by = "uid" in name ? "uid" : "id";
  return fail("session_unknown", `This environment has no session of this ${by}.`);
}

function notCancellable(state: string): AppError {
  return fail("session_not_cancellable", `The journey is ${state}; nothing is left to cancel.`, { extra: { state } });
}
