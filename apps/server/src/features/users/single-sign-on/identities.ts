import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import type { Actor } from "../../audit/service.ts";
import { findAccount } from "../team/members-store.ts";
import * as store from "./oidc-store.ts";
import { recordOfPerson } from "../accounts/account-audit.ts";

/** An account elsewhere that opens a person's account here. */
export interface Identity {
  readonly identityId: string;
  readonly issuer: string;
  readonly linkedAt: Date;
}

export async function listIdentities(deps: Deps, userId: string): Promise<readonly Identity[]> {
  const rows = await store.listIdentityRows(deps.db, userId);
  return rows.map((row) => ({ identityId: idOf(deps, row), issuer: row.issuer, linkedAt: row.created_at }));
}

/** Throws `not_found`, and `last_way_in` for who has no password. */
export async function unlinkIdentity(
  deps: Deps,
  wish: { readonly userId: string; readonly identityId: string; readonly actor: Actor },
): Promise<void> {
  const { userId, identityId, actor } = wish;
  const row = (await store.listIdentityRows(deps.db, userId)).find((candidate) => idOf(deps, candidate) === identityId);
  if (row === undefined) throw fail("not_found", "Nothing is here.");
  const account = await findAccount(deps.db, userId);
  if ((account?.password_hash ?? null) === null) {
    throw fail("last_way_in", "Your account has no password; without this link you could not sign in any more.");
  }
  await deps.db.transaction(async (tx) => {
    const { issuer, subject } = row;
    await store.deleteIdentity(tx, { issuer, subject, userId });
    await recordOfPerson(tx, deps, { userId, actor, action: "identity.unlinked", details: { issuer } });
  });
}

/** Names it without showing the provider's own name of the person. */
function idOf(deps: Deps, { issuer, subject }: Pick<store.IdentityRow, "issuer" | "subject">): string {
  return deps.secrets.lookupHash(`identity:${JSON.stringify([issuer, subject])}`).slice(0, 24);
}
