import { fail } from "../../infra/errors.ts";
import { createTokenBuckets } from "../../infra/token-buckets.ts";
import type { AccountRow } from "./members-store.ts";
import { verifyPassword } from "./passwords.ts";

/**
 * Five tries, then one every half minute, for each account in each process. Only who holds a mail's token gets here, so
 * nobody else can use the tries up.
 */
const tries = createTokenBuckets({ perSecond: 1 / 30, burst: 5 });

/** Throws `password_wrong`, `rate_limited`. */
export async function provePassword(
  account: Pick<AccountRow, "user_id" | "password_hash">,
  password: string,
): Promise<void> {
  const waitSeconds = tries.take(account.user_id);
  if (waitSeconds > 0) {
    throw fail("rate_limited", `Too many tries for this account; try again in ${waitSeconds} seconds.`, {
      headers: { "retry-after": String(waitSeconds) },
    });
  }
  if (await verifyPassword(account.password_hash, password)) return;
  throw fail("password_wrong", "This is not the password of the account.");
}
