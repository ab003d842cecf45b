import type { Transaction } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { record, type Actor } from "../../audit/service.ts";
import { companiesOf } from "../team/members-store.ts";

/** What happens to an account is recorded in every company of the person; who belongs to none leaves no record. */
export async function recordOfPerson(
  tx: Transaction,
  deps: Deps,
  entry: {
    readonly userId: string;
    readonly actor: Actor;
    readonly action: string;
    readonly details?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { userId, ...rest } = entry;
  for (const companyId of await companiesOf(tx, userId)) {
    await record(tx, deps, { companyId, ...rest, targetType: "user", targetId: userId });
  }
}
