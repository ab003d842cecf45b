import type { ErrorCode } from "./errors.ts";

/** What every address can answer beside its own codes, by who calls it. */
const ALWAYS: readonly ErrorCode[] = ["internal_error", "unavailable"];
const WITH_BODY: readonly ErrorCode[] = ["payload_too_large", "unsupported_media_type", "body_invalid"];

/** A person reads something of a company. */
export const MEMBER_READ_ERRORS: readonly ErrorCode[] = [
  "sign_in_required",
  "second_factor_required",
  "password_change_required",
  "role_insufficient",
  "not_found",
  "query_invalid",
  ...ALWAYS,
];

/** A person changes something of a company. */
export const MEMBER_WRITE_ERRORS: readonly ErrorCode[] = [
  "sign_in_required",
  "second_factor_required",
  "password_change_required",
  "csrf_invalid",
  "role_insufficient",
  "not_found",
  ...WITH_BODY,
  ...ALWAYS,
];

/** A lender's server reads something. */
export const KEY_READ_ERRORS: readonly ErrorCode[] = [
  "api_key_missing",
  "api_key_unknown",
  "query_invalid",
  "rate_limited",
  ...ALWAYS,
];

/** A lender's server changes something. */
export const KEY_WRITE_ERRORS: readonly ErrorCode[] = [
  "api_key_missing",
  "api_key_unknown",
  ...WITH_BODY,
  "rate_limited",
  ...ALWAYS,
];

/** A person changes something of their own. */
export const PERSON_WRITE_ERRORS: readonly ErrorCode[] = [
  "sign_in_required",
  "second_factor_required",
  "password_change_required",
  "csrf_invalid",
  ...WITH_BODY,
  ...ALWAYS,
];

/** Somebody who is not signed in sends something. */
export const VISITOR_WRITE_ERRORS: readonly ErrorCode[] = ["csrf_invalid", ...WITH_BODY, ...ALWAYS];
