import type { Secrets } from "../../infra/secrets.ts";

/**
 * What an erased uid is still known by, in every environment of its company: hex HMAC-SHA256 under the pepper, so that
 * nobody can try out uids against a copy of the database.
 */
export function uidHash(secrets: Pick<Secrets, "lookupHash">, companyId: string, uid: string): string {
  return secrets.lookupHash(`uid:${companyId}:${uid}`);
}
