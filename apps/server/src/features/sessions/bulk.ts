import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { counter } from "../../infra/metrics.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { insertSessionRows, insertWarningFacts, type BulkRow } from "./bulk-store.ts";
import type { Warning } from "./judgement.ts";
import { pinsOf } from "./pins.ts";
import { selectUsedUids } from "./store.ts";
import { uidHash } from "./uid-hash.ts";
import { canonicalUid } from "./uid.ts";

/** A session to be made for a link, its uid and metadata judged before. */
export interface WishedSession {
  /** Of `ids.make("ses")`; given by the caller, who decides the order in which links are listed. */
  readonly sessionId: string;
  readonly uid: string;
  readonly language: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

export interface BulkPlan {
  readonly batchId: string;
  readonly stakes: "high" | "low";
  readonly clock: "running" | "at_opening";
  readonly expiresAt: Date;
}

const PERSONAL_WARNINGS = ["uid_looks_personal", "metadata_looks_personal"];

/**
 * Creates sessions with their links in the caller's transaction, in one statement; for a thousand at a time. Give them
 * by the order of their uids when several calls make one transaction. Returns the session ids that were created: a uid
 * that is used already, or was erased, is left out.
 */
export async function createSessions(
  tx: Transaction,
  deps: Deps,
  environment: EnvironmentAccess,
  wish: { readonly plan: BulkPlan; readonly sessions: readonly WishedSession[] },
): Promise<ReadonlySet<string>> {
  const { companyId, environmentId } = environment;
  const { plan, sessions } = wish;
  const { batteryVersion, taskPlan, modelVersion } = pinsOf(environment);
  const common = { companyId, environmentId, ...plan, batteryVersion, taskPlan, modelVersion };
  const rows = sessions.map((session) => toRow(deps, companyId, session));
  const created = new Set(await insertSessionRows(tx, common, rows));
  const facts = sessions.filter(({ sessionId }) => created.has(sessionId)).flatMap((session) => factsOf(deps, session));
  if (facts.length > 0) await insertWarningFacts(tx, companyId, facts);
  const made = counter(deps.metrics, {
    name: "tallystick_sessions_created_total",
    help: "Sessions created",
    labelNames: ["environment"],
  });
  tx.afterCommit(() => made.inc({ environment: environment.kind }, created.size));
  return created;
}

/** Which of these uids the environment would not create again. Ask for a thousand at a time. */
export async function usedUids(
  deps: Deps,
  environment: EnvironmentAccess,
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { companyId, environmentId } = environment;
  const uidHashes = uids.map((uid) => uidHash(deps.secrets, companyId, uid));
  return new Set(await selectUsedUids(deps.db, companyId, { environmentId, uids, uidHashes }));
}

function toRow(deps: Deps, companyId: string, session: WishedSession): BulkRow {
  const { sessionId, uid, language, metadata } = session;
  return {
    sessionId,
    uid,
    uidCanonical: canonicalUid(uid),
    uidHash: uidHash(deps.secrets, companyId, uid),
    linkCode: deps.ids.linkCode(),
    language,
    metadata: JSON.stringify(metadata),
  };
}

function factsOf(deps: Deps, { sessionId, warnings }: WishedSession) {
  return warnings
    .filter(({ code }) => PERSONAL_WARNINGS.includes(code))
    .map(({ code, detail }) => ({
      sessionId,
      factId: deps.ids.make("fct"),
      details: JSON.stringify({ code, detail }),
    }));
}
