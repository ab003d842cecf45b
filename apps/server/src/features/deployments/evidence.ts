/** What the system itself saw happen in an environment; the go-live check rests on nothing else. */
import { createHash } from "node:crypto";

import type { Deps } from "../../infra/deps.ts";
import { insertEvidence, listEvidence, type EvidenceRow } from "./evidence-store.ts";

export type EvidenceKind =
  /** A signed test call was answered with 200. `details.url_hash` names the URL. */
  | "webhook_test_accepted"
  /** A uid that was used up came again and was refused. */
  | "duplicate_refused"
  /** A Test key of the company came with this Production environment's Integration ID. */
  | "test_key_seen"
  /** A Production key of the company came with this Test environment's Integration ID. */
  | "production_key_seen"
  /** What an address of the settings answered when the go-live check asked it: `{url_hash, problem}`, null = none. */
  | "completion_url_checked"
  | "cancellation_url_checked"
  | "expiry_url_checked"
  | "privacy_policy_checked";

export interface Evidence {
  readonly kind: EvidenceKind;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Place {
  readonly companyId: string;
  readonly environmentId: string;
}

/** A burst of the same fact writes one row a second at most. */
const PAUSE_MS = 1_000;
const notedAt = new WeakMap<object, Map<string, number>>();

/** Nobody waits for it and its failure fails nothing: what it speaks of has already happened. */
export function noteEvidence(
  deps: Deps,
  place: Place,
  kind: EvidenceKind,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const noted = notedAt.get(deps.db) ?? new Map<string, number>();
  notedAt.set(deps.db, noted);
  const key = `${place.companyId}/${place.environmentId}/${kind}`;
  const now = performance.now();
  if (now - (noted.get(key) ?? -Infinity) < PAUSE_MS) return;
  noted.set(key, now);
  insertEvidence(deps.db, { ...place, kind, details: JSON.stringify(details) }).catch((error: unknown) =>
    deps.log.warn({ err: error, kind }, "evidence for the go-live check was not stored"),
  );
}

/** For what a person just asked for and reads the proof of at once. */
export async function keepEvidence(
  deps: Deps,
  place: Place,
  kind: EvidenceKind,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertEvidence(deps.db, { ...place, kind, details: JSON.stringify(details) });
}

/** Names a URL in evidence: sha256, hex. Its query may hold a secret of the lender's, so it is not stored itself. */
export function urlHash(url: string): string {
  return createHash("sha256").update(url).digest("hex");
}

export async function evidenceOf(deps: Deps, place: Place): Promise<readonly Evidence[]> {
  return (await listEvidence(deps.db, place)).map(toEvidence);
}

function toEvidence(row: EvidenceRow): Evidence {
  return {
    // Written by noteEvidence only.
    kind: row.kind as EvidenceKind,
    count: Number(row.count),
    firstAt: row.first_at,
    lastAt: row.last_at,
    details: row.details,
  };
}
