import { AUDIT_ERRORS } from "./audit-errors.ts";
import { DELIVERY_ERRORS } from "./deliveries-errors.ts";
import { DEPLOYMENT_ERRORS } from "./deployments-errors.ts";
import { GOLIVE_ERRORS } from "./golive-errors.ts";
import { LINK_ERRORS } from "./links-errors.ts";
import { MODEL_ERRORS } from "./models-errors.ts";
import { PEOPLE_ERRORS } from "./people-errors.ts";
import { RECONCILE_ERRORS } from "./reconcile-errors.ts";
import { RESULT_ERRORS } from "./results-errors.ts";
import { RETENTION_ERRORS } from "./retention-errors.ts";
import { SESSION_ERRORS } from "./sessions-errors.ts";
import { TEAM_ERRORS } from "./team-errors.ts";
import type { ErrorSpec } from "./error-spec.ts";

/**
 * The one table of error codes; rooms with many keep theirs in a file of their own. `status` and `title` are fixed;
 * `detail` is written where the error is thrown and says what is wrong with this input.
 */
export const ERRORS = {
  ...PEOPLE_ERRORS,
  ...TEAM_ERRORS,
  ...AUDIT_ERRORS,
  ...RETENTION_ERRORS,
  ...DEPLOYMENT_ERRORS,
  ...SESSION_ERRORS,
  ...LINK_ERRORS,
  ...RECONCILE_ERRORS,
  ...GOLIVE_ERRORS,
  ...MODEL_ERRORS,
  ...RESULT_ERRORS,
  ...DELIVERY_ERRORS,
  // Any route
  payload_too_large: {
    status: 413,
    title: "The body is too large",
    mend: "Send at most the size the route names (64 KiB for session creation).",
  },
  unsupported_media_type: {
    status: 415,
    title: "The body is not JSON",
    mend: "Send the header Content-Type: application/json.",
  },
  body_invalid: {
    status: 422,
    title: "The body does not have the documented shape",
    mend: "The detail names the member and what it should be. Compare your body with the example in the reference.",
  },
  query_invalid: {
    status: 422,
    title: "A parameter of the address is not allowed",
    mend: "The detail names the parameter and what it takes.",
  },
  not_found: {
    status: 404,
    title: "Nothing is here",
    mend: "Check the address. What you may not see is also answered with this.",
  },
  method_not_allowed: {
    status: 405,
    title: "This address answers another method",
    mend: "Use the method that the Allow header names.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    mend: "Wait for the seconds that Retry-After names, then send again; spread large imports over time.",
  },
  internal_error: {
    status: 500,
    title: "Something failed on our side",
    mend: "Send the same request again; it is safe. If it stays, give the request_id to the operator.",
  },
  unavailable: {
    status: 503,
    title: "The service can not answer right now",
    mend: "Send the same request again after the seconds that Retry-After names; it is safe.",
  },
  request_malformed: {
    status: 400,
    title: "The request can not be read",
    mend: "Send a complete HTTP request; the detail says which part is broken.",
  },
  request_timeout: {
    status: 408,
    title: "The request did not arrive in time",
    mend: "Send the same request again; it is safe. Send the body without pauses.",
  },
  headers_too_large: {
    status: 431,
    title: "The headers are too large",
    mend: "Send fewer or shorter headers and cookies.",
  },
  // Lender's API
  api_key_missing: {
    status: 401,
    title: "No credentials were sent",
    mend: "Send the header api-key, or sign the body and send X-Signature.",
  },
  api_key_unknown: {
    status: 401,
    title: "The API key is not known",
    mend: "Copy the key of this environment again. Revoked keys and keys past their overlap are refused too.",
  },
  signature_invalid: {
    status: 401,
    title: "The signature does not fit",
    mend: "X-Signature is the lower-case hex HMAC-SHA512 of the body as sent, with the API key of the environment that integration_id names.",
  },
  integration_mismatch: {
    status: 403,
    title: "Key and Integration ID do not belong together",
    mend: "Use the API key and the Integration ID of the same deployment and the same environment.",
  },
  uid_invalid: {
    status: 422,
    title: "The uid has a form that is not allowed",
    mend: "Use 5 to 60 characters out of A–Z, a–z, 0–9, _ and -.",
  },
  uid_reserved: {
    status: 422,
    title: "The uid is reserved",
    mend: "Uids beginning SIM- or TEST-WEBHOOK- belong to the sandbox; use them with a Test Integration ID only.",
  },
  uid_looks_personal: {
    status: 422,
    title: "The uid looks like personal data",
    mend: "Send an identifier of your own that says nothing about the person, or set the environment's personal-data check to warn.",
  },
  uid_already_used: {
    status: 409,
    title: "This uid has had its journey",
    mend: "Add a suffix to the uid for a new application, or re-open the session if it was cancelled or left incomplete.",
  },
  uid_expired: {
    status: 409,
    title: "The journey of this uid has expired",
    mend: "Re-open the session, or use a new uid.",
  },
  metadata_looks_personal: {
    status: 422,
    title: "A metadata value looks like personal data",
    mend: "Leave the value out, or set the environment's personal-data check to warn.",
  },
  idempotency_key_invalid: {
    status: 422,
    title: "The Idempotency-Key has a form that is not allowed",
    mend: "Use 1 to 255 visible ASCII characters, for instance a UUID.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "The Idempotency-Key came with another body",
    mend: "Use a new Idempotency-Key for each different body.",
  },
  // Applicant's journey
  journey_unknown: {
    status: 404,
    title: "This link is not valid",
    mend: "Open the link you were sent again, or ask the lender for a new one.",
  },
  journey_mismatch: {
    status: 409,
    title: "This page belongs to another journey",
    mend: "Open the link again in this tab.",
  },
  journey_replaced: {
    status: 409,
    title: "This link was replaced by a newer one",
    mend: "Open the newest link you were sent.",
  },
  journey_ended: {
    status: 409,
    title: "This journey has ended",
    mend: "Nothing more to do; the page shows what comes next.",
  },
  consent_missing: {
    status: 409,
    title: "The journey has no consent yet",
    mend: "Accept the consent screen first.",
  },
  taken_over: {
    status: 409,
    title: "The journey goes on in another window",
    mend: "Continue there, or reload here to take it back.",
  },
  batch_gap: {
    status: 409,
    title: "A batch before this one is missing",
    mend: "Send the batches from expected_seq on, in order.",
  },
  batch_conflict: {
    status: 409,
    title: "This batch number was already used for other content",
    mend: "Never change a batch once sent; the stored one stands.",
  },
  attempt_unknown: {
    status: 409,
    title: "This task attempt was not granted or is over",
    mend: "Open the journey again to learn the current attempt.",
  },
  inputs_missing: {
    status: 409,
    title: "Not everything has arrived yet",
    mend: "Send the missing batches, then finish again.",
  },
  // Command line
  company_ambiguous: {
    status: 400,
    title: "Several companies exist",
    mend: "Name one with --company.",
  },
  deployment_unknown: {
    status: 404,
    title: "There is no such deployment",
    mend: "List them with: tallystick deployment list",
  },
  setting_invalid: {
    status: 422,
    title: "A setting has a value that is not allowed",
    mend: "The detail says what the setting takes.",
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;
