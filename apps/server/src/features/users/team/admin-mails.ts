import type { Deps } from "../../../infra/deps.ts";
import { listAdminMails } from "./members-store.ts";

/** Addresses of the company's admins who could sign in today; at most 100, in the order of joining. */
export function usableAdminMails(deps: Deps, companyId: string): Promise<readonly string[]> {
  return listAdminMails(deps.db, companyId, 100);
}
