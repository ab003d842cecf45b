import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { bindIdempotencyKey, deleteOldIdempotencyKeys } from "./store.ts";

export interface IdempotencyOptions {
  readonly idempotencyKey?: string | undefined;
  /** sha256 hex of the body as received; needed with a key. */
  readonly bodyHash?: string | undefined;
}

const SWEEP_EVERY_MS = 3_600_000;

/**
 * A key belongs to one body for 24 hours. Answers are not stored: creation is idempotent by the uid, so the same body
 * is simply answered again. Throws `idempotency_key_invalid`, `idempotency_key_reused`.
 */
export async function bindKeyToBody(
  deps: Deps,
  environment: EnvironmentAccess,
  options: IdempotencyOptions,
): Promise<void> {
  const { idempotencyKey: key, bodyHash } = options;
  if (key === undefined || bodyHash === undefined) return;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw fail("idempotency_key_invalid", "Idempotency-Key takes 1 to 255 visible ASCII characters without spaces.");
  }
  const { companyId, environmentId } = environment;
  const bound = await bindIdempotencyKey(deps.db, { companyId, environmentId, key, bodyHash });
  forgetOldKeys(deps, companyId);
  if (bound !== bodyHash) {
    throw fail("idempotency_key_reused", "This Idempotency-Key was sent with another body within the last 24 hours.");
  }
}

const sweptAt = new WeakMap<object, Map<string, number>>();

// At most once an hour for each company that uses keys; nobody waits for it and a failure only leaves rows for later.
function forgetOldKeys(deps: Deps, companyId: string): void {
  const swept = sweptAt.get(deps.db) ?? new Map<string, number>();
  sweptAt.set(deps.db, swept);
  const now = performance.now();
  const last = swept.get(companyId);
  if (last === undefined) {
    swept.set(companyId, now);
  } else if (now - last > SWEEP_EVERY_MS) {
    swept.set(companyId, now);
    void deleteOldIdempotencyKeys(deps.db, companyId).catch(() => undefined);
  }
}
