import type { Queryable } from "../../infra/database.ts";
import * as store from "./near-store.ts";
import { canonicalUid } from "./uid.ts";

export type { NearRow } from "./near-store.ts";

/** Parts that people put in front of a uid to send it once more; what they put behind it is found whatever it is. */
const FRONT = ["1", "2", "3", "r1", "r2", "r3", "v1", "v2", "a", "b", "x", "re", "new", "copy", "dup", "retry", "test"];

const MIN_LENGTH = 5;
const MAX_SHOWN = 5;

/**
 * Sessions whose uid is easily mistaken for one of the list's, by the line's index: the same canonical form, or one
 * separated part more or less. Bounded look-ups in sets, since a list may miss every line.
 */
export async function selectNear(
  db: Queryable,
  scope: store.NearScope,
  asked: readonly store.AskedForm[],
): Promise<ReadonlyMap<number, readonly store.NearRow[]>> {
  const canonical = asked.map(({ index, text }) => ({ index, text: canonicalUid(text) }));
  const forms = canonical.flatMap(({ index, text }) => formsOf(text).map((form) => ({ index, text: form })));
  const rows = [...(await store.selectByForms(db, scope, forms)), ...(await store.selectLonger(db, scope, canonical))];
  const near = new Map<number, store.NearRow[]>();
  for (const row of rows) {
    const known = near.get(row.index) ?? [];
    near.set(row.index, known);
    const isNew = known.every(({ sessionId }) => sessionId !== row.sessionId);
    if (isNew && known.length < MAX_SHOWN) known.push(row);
  }
  return near;
}

/** The form itself, with its first or last part less, with a usual part in front. */
function formsOf(canonical: string): readonly string[] {
  return [...new Set([canonical, ...shorterForms(canonical), ...FRONT.map((part) => `${part}-${canonical}`)])];
}

/** A canonical form with its first or its last separated part less; none that is too short for a uid. */
export function shorterForms(canonical: string): readonly string[] {
  if (!canonical.includes("-")) return [];
  const shorter = [canonical.slice(0, canonical.lastIndexOf("-")), canonical.slice(canonical.indexOf("-") + 1)];
  return [...new Set(shorter)].filter((form) => form.length >= MIN_LENGTH);
}
