/** When a key was last used, to the minute, at the cost of a map look-up a request. */
import type { Deps } from "../../infra/deps.ts";
import { touchKey } from "./key-store.ts";

const MINUTE_MS = 60_000;
/** A bound against memory, not a rule: beyond it the map starts anew and one more write is made. */
const MAX_KEYS = 50_000;

const notedAt = new WeakMap<object, Map<string, number>>();

/** Nobody waits for it and its failure fails nothing: the request it speaks of was accepted. */
export function noteKeyUse(
  deps: Deps,
  place: { readonly companyId: string; readonly environmentId: string },
  keyId: string,
): void {
  let noted = notedAt.get(deps.db);
  if (noted === undefined || noted.size > MAX_KEYS) {
    noted = new Map();
    notedAt.set(deps.db, noted);
  }
  const now = performance.now();
  const before = noted.get(keyId);
  if (before !== undefined && now - before < MINUTE_MS) return;
  noted.set(keyId, now);
  touchKey(deps.db, place, keyId).catch((error: unknown) =>
    deps.log.warn({ err: error, keyId }, "the time of a key's last use was not stored"),
  );
}
