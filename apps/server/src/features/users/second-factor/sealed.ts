import type { SealedColumn } from "../../../infra/sealed.ts";

/** Authenticated with the ciphertext of a second factor's secret: it opens for this person alone. */
export function totpContext(userId: string): string {
  return `users/totp/${userId}`;
}

/** For the re-encryption under a new key of the ring. */
export const SEALED_TOTP: SealedColumn = {
  table: "users",
  column: "totp_ciphertext",
  key: ["user_id"],
  context: ([userId = ""]) => totpContext(userId),
};
