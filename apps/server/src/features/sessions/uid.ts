import { UID_PATTERN } from "@tallystick/contract";

import { fail } from "../../infra/errors.ts";

const MIN_LENGTH = 5;
const MAX_LENGTH = 60;
const RESERVED = ["SIM-", "TEST-WEBHOOK-"] as const;

/** Played by a simulated applicant when they come in with a Test Integration ID. */
export const SIM_PREFIXES = [
  "SIM-LOWRISK-",
  "SIM-HIGHRISK-",
  "SIM-LOWTRUST-",
  "SIM-BOT-",
  "SIM-CANCEL-",
  "SIM-EXPIRE-",
  "SIM-INCOMPLETE-",
] as const;
export type SimPrefix = (typeof SIM_PREFIXES)[number];

/** Throws `uid_invalid` that names the length or the first character at fault. */
export function checkUidForm(uid: string): void {
  if (UID_PATTERN.test(uid)) return;
  const characters = Array.from(uid);
  const at = characters.findIndex((character) => !/[A-Za-z0-9_-]/.test(character));
  if (at >= 0) {
    const detail = `uid has ${describeCharacter(characters[at] ?? "")} at position ${at + 1}`;
    throw fail("uid_invalid", `${detail}; it may hold A–Z, a–z, 0–9, _ and - only`);
  }
  const count = `${characters.length} character${characters.length === 1 ? "" : "s"}`;
  throw fail("uid_invalid", `uid has ${count}; it must have ${MIN_LENGTH} to ${MAX_LENGTH}`);
}

/** Throws `uid_reserved` for the sandbox's and the webhook test's uids in Production. */
export function checkUidReserved(uid: string, kind: "test" | "production"): void {
  if (kind === "test") return;
  const prefix = RESERVED.find((candidate) => uid.startsWith(candidate));
  if (prefix === undefined) return;
  throw fail("uid_reserved", `uid begins with ${prefix}, which is reserved for Test; use another uid in Production`);
}

export function simPrefixOf(uid: string, kind: "test" | "production"): SimPrefix | null {
  return kind === "test" ? (SIM_PREFIXES.find((prefix) => uid.startsWith(prefix)) ?? null) : null;
}

/** What near duplicates share: lower case, `_` as `-`, leading zeros of each run of digits dropped. */
export function canonicalUid(uid: string): string {
  return uid
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}

/**
 * What the canonical form of every uid that begins with `q` begins with. Zeros at the end of `q` may be the leading ones
 * of a number that goes on: `APP-00` begins `APP-0042`, which is `app-42`.
 */
export function searchForm(q: string): string {
  return canonicalUid(q).replace(/(?<!\d)0$/, "");
}

function describeCharacter(character: string): string {
  if (character === " ") return "a space";
  if (character === "\t") return "a tab";
  if (character === "\n" || character === "\r") return "a line break";
  if (/^[\x21-\x7e]$/.test(character)) return `"${character}"`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}" (U+${code})` : `the character U+${code}`;
}
