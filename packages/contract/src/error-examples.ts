import { AUDIT_ERROR_EXAMPLES } from "./audit-errors.ts";
import { DELIVERY_ERROR_EXAMPLES } from "./deliveries-errors.ts";
import { DEPLOYMENT_ERROR_EXAMPLES } from "./deployments-errors.ts";
import { GOLIVE_ERROR_EXAMPLES } from "./golive-errors.ts";
import { LINK_ERROR_EXAMPLES } from "./links-errors.ts";
import { MODEL_ERROR_EXAMPLES } from "./models-errors.ts";
import { PEOPLE_ERROR_EXAMPLES } from "./people-errors.ts";
import { RECONCILE_ERROR_EXAMPLES } from "./reconcile-errors.ts";
import { RESULT_ERROR_EXAMPLES } from "./results-errors.ts";
import { RETENTION_ERROR_EXAMPLES } from "./retention-errors.ts";
import { SESSION_ERROR_EXAMPLES } from "./sessions-errors.ts";
import { TEAM_ERROR_EXAMPLES } from "./team-errors.ts";
import type { ExampleTable } from "./error-spec.ts";
import type { ErrorCode } from "./errors.ts";

/** An example of every code. */
export const ERROR_EXAMPLES: ExampleTable<ErrorCode> = {
  ...PEOPLE_ERROR_EXAMPLES,
  ...TEAM_ERROR_EXAMPLES,
  ...AUDIT_ERROR_EXAMPLES,
  ...RETENTION_ERROR_EXAMPLES,
  ...DEPLOYMENT_ERROR_EXAMPLES,
  ...SESSION_ERROR_EXAMPLES,
  ...LINK_ERROR_EXAMPLES,
  ...RECONCILE_ERROR_EXAMPLES,
  ...GOLIVE_ERROR_EXAMPLES,
  ...MODEL_ERROR_EXAMPLES,
  ...RESULT_ERROR_EXAMPLES,
  ...DELIVERY_ERROR_EXAMPLES,
  payload_too_large: { detail: "The body is larger than 65536 bytes." },
  unsupported_media_type: { detail: "Send Content-Type: application/json." },
  body_invalid: {
    detail: "integration_id: is missing; expected a string",
    note: "Malformed JSON is answered with this code too. Members that are not documented are ignored in session creation, so a client may send more than this version knows.",
  },
  query_invalid: { detail: "limit: must be at most 1000" },
  not_found: { detail: "Nothing is here." },
  method_not_allowed: { detail: "This address answers POST." },
  rate_limited: {
    detail: "Too many requests for this API key; try again in 1 second.",
    note: "Session creation allows 50 requests a second for each API key and a burst of 200; all other calls with a key share as much beside it. Every answer to a known key says in `RateLimit-Policy` and `RateLimit` what is allowed and what is left. Applicants are limited by session, never by address alone, because mobile carriers put thousands of people behind one.",
  },
  request_malformed: { detail: "The body ended before or after its Content-Length." },
  request_timeout: { detail: "The request did not arrive completely in time." },
  headers_too_large: { detail: "The headers are larger than 16 KiB together." },
  internal_error: { detail: "Something failed on our side. The request_id names it in the log." },
  unavailable: { detail: "The database can not answer right now. Send the same request again in a second." },
  api_key_missing: { detail: "Send the header api-key, or sign the body and send X-Signature." },
  api_key_unknown: { detail: "This API key is not known; it may have been revoked or replaced. Copy the current one." },
  signature_invalid: {
    detail:
      "X-Signature does not fit this body and the API key of this Integration ID. Sign the bytes exactly as sent.",
    note: "The signature may be made over the bytes you send, or over the same text with the white space outside strings removed. Do not parse and serialise again before signing: escapes and the order of members must stay as sent. An unknown Integration ID is answered with this code as well, so that nobody learns which ones exist.",
  },
  integration_mismatch: {
    detail:
      'This is a Test key of "Personal loans", but a Production Integration ID of "Personal loans" came with it. Use the pair of one environment.',
    note: "This is the code that keeps a result out of the **wrong environment or deployment**. The names are told only when key and Integration ID belong to the same company; otherwise the text is general.",
  },
  uid_invalid: { detail: "uid has 4 characters; it must have 5 to 60" },
  uid_reserved: { detail: "uid begins with SIM-, which is reserved for the sandbox in Test" },
  uid_looks_personal: {
    detail: "uid looks like a phone number",
    note: "Environments that only warn (the default) accept such a uid and put the same code into `warnings` of the answer, because real customer numbers can look like phone numbers.",
  },
  uid_already_used: {
    detail:
      'This uid has a completed journey in this environment: it ended on 2026-11-24 09:12 UTC and has a result, which is never replaced. For a new application use another uid, for instance "APP-4711-2".',
    extra: {
      state: "completed",
      session_id: "ses_01k0000000000000000000000a",
      can_reopen: false,
      suggested_uid: "APP-4711-2",
    },
    note: "This is the code that keeps records from being **duplicated or overwritten**: one uid has one scored journey in an environment, for ever. A journey that is still open answers 200 with the same session instead. `state` says what exists, `can_reopen` whether `POST /v1/sessions-management/reopen` lets the same applicant start again (after `cancelled` and `incomplete`), and `suggested_uid` is a uid that was free when you asked, or null when yours has no room for a suffix. A uid whose journey was erased answers with `state` `erased` and no `session_id`.",
  },
  uid_expired: {
    detail:
      'The journey of this uid expired on 2026-11-24 09:12 UTC without being finished. Re-open it (POST /v1/sessions-management/reopen) to let the same applicant start again. For a new application use another uid, for instance "APP-4711-2".',
    extra: {
      state: "expired",
      session_id: "ses_01k0000000000000000000000a",
      can_reopen: true,
      suggested_uid: "APP-4711-2",
    },
    note: "In the ten minutes after the end a journey in progress may still send what was played and finish; until then `state` is `in_progress` and `can_reopen` false.",
  },
  metadata_looks_personal: {
    detail: "metadata.contact looks like an e-mail address",
    note: "Environments that only warn (the default) accept the value and put the same code into `warnings` of the answer.",
  },
  idempotency_key_invalid: {
    detail: "Idempotency-Key takes 1 to 255 visible ASCII characters without spaces.",
  },
  idempotency_key_reused: {
    detail: "This Idempotency-Key was sent with another body within the last 24 hours.",
  },
  journey_unknown: {
    detail: "No journey belongs to this link.",
    note: "Forged, unknown and erased links get the same neutral answer, so that nobody can find out which exist.",
  },
  journey_mismatch: {
    detail: "The credential belongs to another journey than the address names.",
    note: "This is the code that keeps a result from landing on the **wrong person**: every call of the applicant's page names its session, and the credential it carries must be of the same session. Two journeys in two tabs of a shared phone or a branch tablet can never mix.",
  },
  journey_replaced: { detail: "The journey was started again; this link belongs to an earlier start." },
  journey_ended: {
    detail: "The journey is over: completed.",
    extra: { state: "completed", next: "/play/ses_01k0000000000000000000000a/end" },
  },
  consent_missing: { detail: "The consent screen was not accepted yet." },
  taken_over: { detail: "The journey was opened again since this page opened it." },
  batch_gap: { detail: "Batch 2 is expected next, not 3.", extra: { expected_seq: 2 } },
  batch_conflict: { detail: "Batch 2 of this attempt is stored with other content." },
  attempt_unknown: { detail: "Task 0 has no open attempt 2." },
  inputs_missing: {
    detail: "Inputs of 1 task(s) have not arrived.",
    extra: { missing: [{ task_index: 1, attempt: 1, expected_seq: 4 }] },
  },
  company_ambiguous: { detail: "2 companies exist; name one with --company." },
  deployment_unknown: { detail: "There is no deployment dep_01k0000000000000000000000." },
  setting_invalid: { detail: "session_hours: takes whole hours from 1 to 10000" },
};
