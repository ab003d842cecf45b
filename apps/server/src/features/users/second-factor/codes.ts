import { randomBytes } from "node:crypto";

import { Secret, TOTP } from "otpauth";

import type { Queryable } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { fail } from "../../../infra/errors.ts";
import { totpContext } from "./sealed.ts";
import * as store from "./second-factor-store.ts";

const STEP_SECONDS = 30;
/** RFC 4226 asks for 160 bits. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 120 random bits: more than guessing or a stolen database could ever go through. */
const RECOVERY_CODE_CHARACTERS = 24;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export type UsedFactor = "app" | "recovery_code";

/** Base32, as authenticator apps take it. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

export function otpauthUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/**
 * Takes a code of the app (now, or half a minute early or late) or a recovery code, once each.
 * Throws `code_wrong`, `second_factor_missing`.
 */
export async function proveCode(
  db: Queryable,
  deps: Deps,
  given: { readonly userId: string; readonly code: string },
): Promise<UsedFactor> {
  const { userId } = given;
  const row = await store.findSecondFactor(db, userId);
  if (row === null || row.totp_ciphertext === null || !row.is_confirmed) throw noSecondFactor();
  if (isSixDigits(given.code)) {
    const step = stepOf(deps, { userId, code: given.code, ciphertext: row.totp_ciphertext, nowMs: row.now_ms });
    if (step !== null && (await store.useStep(db, userId, step))) return "app";
  } else if (await store.useRecoveryCode(db, userId, recoveryHash(deps, userId, given.code))) {
    return "recovery_code";
  }
  throw codeWrong();
}

/** The 30-second step whose code this is, one before or after now included; null: of none. */
export function stepOf(
  deps: Deps,
  given: {
    readonly userId: string;
    readonly code: string;
    readonly ciphertext: string;
    readonly nowMs: number;
  },
): number | null {
  const secret = deps.secrets.decrypt(given.ciphertext, totpContext(given.userId));
  const token = given.code.replace(/\s/g, "");
  const delta = totp(secret, "").validate({ token, timestamp: given.nowMs, window: 1 });
  return delta === null ? null : Math.floor(given.nowMs / 1000 / STEP_SECONDS) + delta;
}

/** Ten, with their hashes. */
export function newRecoveryCodes(
  deps: Deps,
  userId: string,
): { readonly codes: readonly string[]; readonly hashes: readonly string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    Array.from(randomBytes(RECOVERY_CODE_CHARACTERS), (byte) => ALPHABET.charAt(byte & 31))
      .join("")
      .replace(/.{4}(?=.)/g, "$&-"),
  );
  return { codes, hashes: codes.map((code) => recoveryHash(deps, userId, code)) };
}

/** Typed from paper: upper case, missing dashes and the look-alikes of Crockford's alphabet are forgiven. */
function recoveryHash(deps: Deps, userId: string, code: string): string {
  const plain = code.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  return deps.secrets.lookupHash(`recovery_code:${userId}:${plain}`);
}

export function isSixDigits(code: string): boolean {
  return /^\d{6}$/.test(code.replace(/\s/g, ""));
}

export function codeWrong() {
  return fail("code_wrong", "The code is wrong, or was used before.");
}

export function noSecondFactor() {
  return fail("second_factor_missing", "No second factor is set up for this account.");
}

/** What every authenticator app understands; other algorithms are silently ignored by some. */
function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: "Tallystick", label, secret, algorithm: "SHA1", digits: 6, period: STEP_SECONDS });
}
