import type { Deps } from "../../infra/deps.ts";
import * as store from "./neighbours-store.ts";
import { canonicalUid } from "./uid.ts";

/** A session whose uid is so much like another one that people mistake the two. */
export interface Neighbour {
  readonly sessionId: string;
  readonly environmentId: string;
  readonly uid: string;
  readonly state: string;
  readonly createdAt: Date;
  /** `same_form`: equal but for case, `_` and leading zeros. `one_token`: one has one separated part more. */
  readonly relation: "same_form" | "one_token";
  readonly sameEnvironment: boolean;
}

export interface NeighbourQuery {
  /** Where the uid itself stands; its neighbours come first. */
  readonly environmentId?: string;
  readonly uid: string;
  /** Only those of `environmentId`: a key never sees beyond its own. */
  readonly onlyHere?: true;
}

const MAX_NEIGHBOURS = 20;
/** Rows looked at behind `uid-`; most lenders' uids have none, a uid that is all others' first part has millions. */
const MAX_SCANNED = 200;

/** Parts that people put before or behind a uid to send it once more; others are found behind it, never before it. */
const TOKENS: readonly string[] = [
  ...Array.from({ length: 99 }, (_, index) => String(index + 1)),
  ...Array.from({ length: 99 }, (_, index) => `r${index + 1}`),
  ...Array.from({ length: 9 }, (_, index) => `v${index + 1}`),
  "a",
  "b",
  "c",
  "x",
  "re",
  "new",
  "copy",
  "dup",
  "retry",
  "again",
  "redo",
  "test",
];

/**
 * Near duplicates of a uid in its company, at most 20: the same canonical form, or one with one separated part more or
 * less (`X-2`, `R2-X`). `APP-1001` and `APP-1002` are none. The same uid in another environment is another record and
 * no neighbour. Bounded look-ups only, whatever the number of sessions.
 */
export async function neighboursOf(
  deps: Deps,
  companyId: string,
  query: NeighbourQuery,
): Promise<readonly Neighbour[]> {
  const canonical = canonicalUid(query.uid);
  const rows = await store.selectNeighbours(deps.db, {
    companyId,
    uid: query.uid,
    environmentId: query.environmentId ?? null,
    onlyEnvironmentId: query.onlyHere === true ? (query.environmentId ?? null) : null,
    forms: neighbouringForms(canonical),
    // "." follows "-": everything that goes on with a separated part.
    from: `${canonical}-`,
    below: `${canonical}.`,
    maxScanned: MAX_SCANNED,
    limit: MAX_NEIGHBOURS,
  });
  return rows.map(({ canonicalForm, ...row }) => ({
    ...row,
    relation: canonicalForm === canonical ? "same_form" : "one_token",
    sameEnvironment: row.environmentId === query.environmentId,
  }));
}

/** Canonical forms that are looked up one by one: the form itself, with a part less, with a usual part more. */
export function neighbouringForms(canonical: string): readonly string[] {
  const shorter = [
    canonical.slice(0, Math.max(0, canonical.lastIndexOf("-"))),
    canonical.slice(canonical.indexOf("-") + 1),
  ].filter((form) => form !== "" && form !== canonical && canonical.includes("-"));
  const longer = TOKENS.flatMap((token) => [`${token}-${canonical}`, `${canonical}-${token}`]);
  return [canonical, ...shorter, ...longer];
}
