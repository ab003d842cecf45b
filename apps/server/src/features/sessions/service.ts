import type { CreateSessionRequest, CreateSessionResponse } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail, type AppError } from "../../infra/errors.ts";
import { counter } from "../../infra/metrics.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import { bindKeyToBody, type IdempotencyOptions } from "./idempotency.ts";
import { judgeRequest, type Judgement } from "./judgement.ts";
import { effectiveState, epochSeconds, lockSession, startClock } from "./lifecycle.ts";
import { pinsOf } from "./pins.ts";
import { findLink, findSessionByUid, insertSession, type ExistingSession } from "./store.ts";
import { issueAccessToken, journeyUrl } from "./tokens.ts";
import { uidHash } from "./uid-hash.ts";
import { canonicalUid } from "./uid.ts";

/**
 * One uid has one session in an environment, for ever: creates it, or answers with the open one. The request's
 * environment is already proven. Throws `uid_*`, `metadata_looks_personal`, `idempotency_key_*`.
 */
export async function createSession(
  deps: Deps,
  environment: EnvironmentAccess,
  request: CreateSessionRequest,
  idempotency: IdempotencyOptions = {},
): Promise<CreateSessionResponse> {
  const judgement = judgeRequest(environment, request);
  await bindKeyToBody(deps, environment, idempotency);
  const session =
    (await insert(deps, environment, { request, judgement })) ?? (await reuse(deps, environment, request.uid));
  if (judgement.simPrefix) deps.signals.notify("simulated");
  return {
    access_token: await issueAccessToken(deps, environment, {
      uid: request.uid,
      sessionId: session.sessionId,
      run: session.run,
      expiresAt: session.expiresAt,
    }),
    url: journeyUrl(deps),
    session_id: session.sessionId,
    expires_at: session.expiresAt,
    link: `${deps.config.publicUrl}/a/${session.linkCode}`,
    warnings: [...judgement.warnings],
  };
}

export { uidHash } from "./uid-hash.ts";

export interface LinkedSession {
  readonly companyId: string;
  readonly sessionId: string;
  /** Another code was given in its place: this one says so instead of opening the journey. */
  readonly isReplaced: boolean;
}

/** The session behind `/a/<code>`, or null. */
export async function sessionByLink(deps: Deps, code: string): Promise<LinkedSession | null> {
  if (!/^[0-9a-z]{1,40}$/.test(code)) return null;
  const row = await findLink(deps.db, code);
  return row && { companyId: row.company_id, sessionId: row.session_id, isReplaced: row.is_replaced };
}

interface OpenSession {
  readonly sessionId: string;
  readonly run: number;
  readonly linkCode: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

async function insert(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: { readonly request: CreateSessionRequest; readonly judgement: Judgement },
): Promise<OpenSession | null> {
  const { request, judgement } = wish;
  if (environment.archived) return refuseUnlessOpened(deps, environment, request.uid);
  const sessionId = deps.ids.make("ses");
  const linkCode = deps.ids.linkCode();
  const pins = pinsOf(environment);
  const expiresAt = await insertSession(deps.db, {
    companyId: environment.companyId,
    environmentId: environment.environmentId,
    sessionId,
    uid: request.uid,
    uidCanonical: canonicalUid(request.uid),
    linkCode,
    language: judgement.language,
    metadata: JSON.stringify(request.metadata ?? {}),
    stakes: request.stakes ?? "high",
    simulated: judgement.simPrefix !== null,
    // One by one: an object literal that begins with a spread is built on V8's slow path (18 µs here).
    batteryVersion: pins.batteryVersion,
    taskPlan: pins.taskPlan,
    modelVersion: pins.modelVersion,
    uidHash: uidHash(deps.secrets, environment.companyId, request.uid),
    // This applicant's clock started session_hours ago.
    validForHours: judgement.simPrefix === "SIM-EXPIRE-" ? 0 : environment.settings.session_hours,
  });
  if (expiresAt === null) return null;
  counter(deps.metrics, {
    name: "tallystick_sessions_created_total",
    help: "Sessions created",
    labelNames: ["environment"],
  }).inc({ environment: environment.kind });
  return { sessionId, run: 1, linkCode, expiresAt };
}

/** An archived deployment begins nothing new, but a lender may still fetch the link of what was begun. */
async function refuseUnlessOpened(deps: Deps, environment: EnvironmentAccess, uid: string): Promise<null> {
  const { companyId, environmentId } = environment;
  if ((await findSessionByUid(deps.db, companyId, { environmentId, uid })) === null) refuseArchived(environment);
  return null;
}

async function reuse(deps: Deps, environment: EnvironmentAccess, uid: string): Promise<OpenSession> {
  const { companyId, environmentId } = environment;
  const found = await findSessionByUid(deps.db, companyId, { environmentId, uid });
  // Sessions are never deleted: without a row under its uid, the uid was erased.
  if (!found) throw fail("uid_already_used", ERASED_BEFORE);
  const refusal = refusalOf(found);
  if (refusal) throw refusal;
  if (found.clock === "at_token") return startWaiting(deps, environment, found);
  return {
    sessionId: found.session_id,
    run: found.run,
    linkCode: found.link_code,
    expiresAt: found.expires_at,
  };
}

const ERASED_BEFORE =
  "This uid was used in this environment before. Add a suffix to the uid for a new application, such as -2.";

/** After a re-open this call fixes the end; of several at once, the first. */
async function startWaiting(deps: Deps, environment: EnvironmentAccess, found: ExistingSession): Promise<OpenSession> {
  const key = { companyId: environment.companyId, sessionId: found.session_id };
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, key);
    if (session === null) throw new Error("a session that was read is gone");
    const state = effectiveState(session);
    const refusal = refusalOf({ ...found, state, is_over: state === "expired" });
    if (refusal) throw refusal;
    const { run, linkCode, sessionId, expiresAt } = await startClock(tx, session, environment.settings.session_hours);
    return { sessionId, run, linkCode, expiresAt: epochSeconds(expiresAt) };
  });
}

/** What each state answers to a further request; null = the same session again. */
function refusalOf(session: ExistingSession): AppError | null {
  switch (session.state) {
    case "created":
    case "opened":
    case "in_progress":
      return session.is_over ? expired() : null;
    case "expired":
      return expired();
    case "completed":
      return fail(
        "uid_already_used",
        "This uid has a completed journey in this environment. Add a suffix to the uid for a new application, such as -2.",
      );
    case "cancelled":
      return usedUp("was cancelled");
    case "incomplete":
      return usedUp("was left incomplete");
    default:
      return fail("uid_already_used", ERASED_BEFORE);
  }
}

function expired(): AppError {
  return fail(
    "uid_expired",
    "The journey of this uid expired without being finished. Re-open the session, or use a new uid.",
  );
}

function usedUp(how: string): AppError {
  return fail(
    "uid_already_used",
    `The journey of this uid ${how}. Add a suffix to the uid for a new application, such as -2, or re-open the session.`,
  );
}
