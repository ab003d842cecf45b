import type { CreateSessionRequest, CreateSessionResponse } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { counter } from "../../infra/metrics.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import { noteWarnings } from "./facts.ts";
import { bindKeyToBody, type IdempotencyOptions } from "./idempotency.ts";
import { judgeRequest, type Judgement, type Warning } from "./judgement.ts";
import { effectiveState, epochSeconds, GRACE_SECONDS, isOpen, lockSession, startClock } from "./lifecycle.ts";
import { pinsOf } from "./pins.ts";
import { isStillOpen, usedUidRefusal } from "./refusals.ts";
import { findLink, findSessionByUid, insertSession, type NewSession } from "./store.ts";
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

export { createSessions, usedUids, type BulkPlan, type WishedSession } from "./bulk.ts";
export { judgeUid, type Warning } from "./judgement.ts";
export { extendWaiting, replaceLink } from "./link.ts";
export { selectNear, shorterForms, type NearRow } from "./near.ts";
export { neighboursOf } from "./neighbours.ts";
export { cancelSession, reopenSession, sessionIn, type ManageOptions } from "./manage.ts";
export { viewOf } from "./view.ts";
export { uidHash } from "./uid-hash.ts";
export { canonicalUid, checkUidForm, searchForm } from "./uid.ts";

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
  const row = newSession(deps, environment, wish);
  const expiresAt = await store(deps, row, judgement.warnings);
  if (expiresAt === null) return null;
  counter(deps.metrics, {
    name: "tallystick_sessions_created_total",
    help: "Sessions created",
    labelNames: ["environment"],
  }).inc({ environment: environment.kind });
  return { sessionId: row.sessionId, run: 1, linkCode: row.linkCode, expiresAt };
}

function newSession(
  deps: Deps,
  environment: EnvironmentAccess,
  { request, judgement }: { readonly request: CreateSessionRequest; readonly judgement: Judgement },
): NewSession {
  const pins = pinsOf(environment);
  return {
    companyId: environment.companyId,
    environmentId: environment.environmentId,
    sessionId: deps.ids.make("ses"),
    uid: request.uid,
    uidCanonical: canonicalUid(request.uid),
    linkCode: deps.ids.linkCode(),
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
  };
}

/** What looks personal is kept as a fact beside the session, for a notice to the lender's people. */
async function store(deps: Deps, row: NewSession, warnings: readonly Warning[]): Promise<number | null> {
  const personal = warnings.filter(({ code }) => PERSONAL_WARNINGS.includes(code));
  if (personal.length === 0) return insertSession(deps.db, row);
  return deps.db.transaction(async (tx) => {
    const expiresAt = await insertSession(tx, row);
    if (expiresAt !== null) await noteWarnings(tx, deps, { ...row, warnings: personal });
    return expiresAt;
  });
}

const PERSONAL_WARNINGS = ["uid_looks_personal", "metadata_looks_personal"];

/** An archived deployment begins nothing new, but a lender may still fetch the link of what was begun. */
async function refuseUnlessOpened(deps: Deps, environment: EnvironmentAccess, uid: string): Promise<null> {
  const { companyId, environmentId } = environment;
  if ((await findSessionByUid(deps.db, companyId, { environmentId, uid, graceSeconds: GRACE_SECONDS })) === null)
    refuseArchived(environment);
  return null;
}

async function reuse(deps: Deps, environment: EnvironmentAccess, uid: string): Promise<OpenSession> {
  const { companyId, environmentId } = environment;
  const found = await findSessionByUid(deps.db, companyId, { environmentId, uid, graceSeconds: GRACE_SECONDS });
  // Sessions are never deleted: without a row under its uid, the uid was erased.
  if (found === null || !isStillOpen(found)) throw await usedUidRefusal(deps, { environment, uid, session: found });
  if (found.clock === "at_token") {
    // Ended between the look and the lock: look again. It can not go on for ever, since only a re-open waits.
    return (await startWaiting(deps, environment, found.session_id)) ?? reuse(deps, environment, uid);
  }
  return {
    sessionId: found.session_id,
    run: found.run,
    linkCode: found.link_code,
    expiresAt: found.expires_at,
  };
}

/** After a re-open this call fixes the end; of several at once, the first. Null when the journey ended meanwhile. */
async function startWaiting(
  deps: Deps,
  environment: EnvironmentAccess,
  sessionId: string,
): Promise<OpenSession | null> {
  return deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId: environment.companyId, sessionId });
    if (session === null || !isOpen(effectiveState(session))) return null;
    const { run, linkCode, expiresAt } = await startClock(tx, session, environment.settings.session_hours);
    return { sessionId, run, linkCode, expiresAt: epochSeconds(expiresAt) };
  });
}
