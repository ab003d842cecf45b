import { z } from "zod";
import type { ErrorCode } from "./errors.ts";
import {
  batchRequestSchema,
  batchResponseSchema,
  consentRequestSchema,
  endedSchema,
  finishRequestSchema,
  journeySchema,
  noteRequestSchema,
  openRequestSchema,
  stopRequestSchema,
  taskDoneRequestSchema,
} from "./journey-api.ts";
import { KIOSK_OPERATIONS } from "./openapi-kiosk.ts";
import type { Answer, Operation, Parameter } from "./operation.ts";

/**
 * What the applicant's page speaks with its own server. Described so that it can be reviewed and tested; it is no
 * interface for lenders and changes with the app.
 */

const SESSION_ID: Parameter = {
  in: "path",
  name: "session_id",
  required: true,
  description: "The session this page belongs to; the credential must be of the same session.",
  example: "ses_01k0000000000000000000000a",
};

const CALL_ERRORS: readonly ErrorCode[] = [
  "payload_too_large",
  "unsupported_media_type",
  "body_invalid",
  "journey_unknown",
  "journey_mismatch",
  "journey_replaced",
  "journey_ended",
  "rate_limited",
  "internal_error",
  "unavailable",
];

const HTML: Pick<Answer, "contentType"> = { contentType: "text/html" };

const REPLACED: Answer = {
  status: 409,
  description: "A page that says: this link was replaced by a newer one.",
  ...HTML,
};

const journeyExample = {
  state: "in_progress",
  run: 1,
  epoch: 1,
  tasks: [
    { task: "money_choices", version: 1, seconds: 55, done: false },
    { task: "quick_taps", version: 1, seconds: 63, done: false },
  ],
  grants: [
    {
      task_index: 0,
      attempt: 1,
      task: "money_choices",
      version: 1,
      seed: "00112233445566778899aabbccddeeff",
      parameters: {},
    },
  ],
  money_unit: { symbol: "", factor: 1 },
  expires_at: 1_800_000_000,
};
const endedExample = { state: "completed", next: "/play/ses_01k0000000000000000000000a/end" };

function handOver(id: string, path: string, parameter: Parameter): Operation {
  return {
    id,
    method: "get",
    path,
    tag: "journey",
    summary: "Open a journey from its link",
    description:
      "Checks the link, sets the journey cookie and sends the browser to the journey's page, which has no token in its address. Changes no state: messengers fetch links for previews.",
    auth: "none",
    parameters: [parameter],
    answers: [
      {
        status: 303,
        description: "To `/play/{session_id}`, or where the ended journey leads.",
        headers: { location: "The page of the journey" },
      },
      {
        status: 200,
        description: "To a program that fetches links for previews: a card that names the lender and nobody else.",
        ...HTML,
      },
      {
        status: 404,
        description: "One neutral page for forged, cut, unknown and erased links.",
        ...HTML,
      },
      { status: 429, description: "Opened too often at once: a page that tries again by itself.", ...HTML },
      { status: 503, description: "The database is away: a page that tries again by itself.", ...HTML },
    ],
    errors: [],
  };
}

const ACCESS_TOKEN: Parameter = {
  in: "path",
  name: "access_token",
  required: true,
  description: "The access token of session creation.",
};
const LINK_CODE: Parameter = {
  in: "path",
  name: "code",
  required: true,
  description: "The last part of `link`.",
  example: "7k3m9x2q4w8z",
};

const PAGES: readonly Operation[] = [
  handOver("openByToken", "/psychometrics/{access_token}", ACCESS_TOKEN),
  handOver("openByTokenAtRoot", "/{access_token}", ACCESS_TOKEN),
  handOver("openByCode", "/a/{code}", LINK_CODE),
  {
    id: "getJourneyPage",
    method: "get",
    path: "/play/{session_id}",
    tag: "journey",
    summary: "The page of the journey",
    description: "Consent as readable HTML, the tasks, or the end, by the session's state.",
    auth: "journey",
    parameters: [SESSION_ID],
    answers: [
      {
        status: 200,
        description: "The page. Without a credential only its shell: the token may stand in the fragment.",
        ...HTML,
      },
      { status: 303, description: "The journey has ended: to its end page.", headers: { location: "The end page" } },
      { status: 404, description: "The neutral page.", ...HTML },
      REPLACED,
    ],
    errors: [],
  },
  {
    id: "getRecordedPage",
    method: "get",
    path: "/recorded",
    tag: "journey",
    summary: "What is recorded and why, for applicants",
    description:
      "The data dictionary in plain words, in every language of the applicant's side. The same for every journey; linked from the consent page.",
    auth: "none",
    parameters: [
      { in: "query", name: "lang", required: false, description: "Default: the browser's language.", example: "sw" },
      { in: "query", name: "from", required: false, description: "Session id of the page to go back to." },
      {
        in: "query",
        name: "integration",
        required: false,
        description: "Integration ID, where a page frames this one.",
      },
    ],
    answers: [{ status: 200, description: "The page.", ...HTML }],
    errors: [],
  },
  {
    id: "getEndPage",
    method: "get",
    path: "/play/{session_id}/end",
    tag: "journey",
    summary: "The end screen, or the lender's redirect",
    description: "Where the redirect leads proves nothing; only the signed webhook does.",
    auth: "journey",
    parameters: [SESSION_ID],
    answers: [
      { status: 200, description: "The end screen.", ...HTML },
      {
        status: 303,
        description: "To the lender's URL.",
        headers: { location: "The lender's URL" },
      },
      { status: 404, description: "The neutral page.", ...HTML },
      REPLACED,
    ],
    errors: [],
  },
];

interface CallOptions {
  readonly summary: string;
  readonly description: string;
  readonly request: NonNullable<Operation["request"]>;
  readonly answer: Answer;
  readonly errors: readonly ErrorCode[];
}

function call(name: string, id: string, options: CallOptions): Operation {
  return {
    id,
    method: "post",
    path: `/play/{session_id}/${name}`,
    tag: "journey",
    summary: options.summary,
    description: options.description,
    auth: "journey",
    parameters: [SESSION_ID],
    request: options.request,
    answers: [options.answer],
    errors: [...CALL_ERRORS, ...options.errors],
  };
}

const JOURNEY: Answer = {
  status: 200,
  description: "Where the journey stands.",
  schema: journeySchema,
  example: journeyExample,
};
const ENDED: Answer = {
  status: 200,
  description: "The end, and where the page goes next.",
  schema: endedSchema,
  example: endedExample,
};
const position = { run: 1, epoch: 1 };

const CALLS: readonly Operation[] = [
  call("open", "openJourney", {
    summary: "Open, resume or take over",
    description:
      "The app's first call; moves `created` to `opened`. A task that was interrupted starts again as a new attempt, at most three. The same `opening` again is answered like the first.",
    request: {
      schema: openRequestSchema,
      example: {
        tab: "b1946ac92492d234",
        opening: "591785b794601e21",
        device: {
          class: "phone",
          pointer: "coarse",
          refresh_hz: 60,
          viewport: [390, 844],
          webdriver: false,
          reduced_motion: false,
          time_zone_offset_minutes: -180,
        },
      },
    },
    answer: JOURNEY,
    errors: [],
  }),
  call("consent", "decideConsent", {
    summary: "Accept or decline",
    description:
      "Accepting moves to `in_progress` and grants the first task; declining ends the journey as `cancelled`.",
    request: {
      schema: consentRequestSchema,
      example: { ...position, decision: "accepted", text_version: "1", language: "en" },
    },
    answer: {
      status: 200,
      description: "Accepted: where the journey stands. Declined: the end.",
      schema: z.union([journeySchema, endedSchema]),
      example: journeyExample,
    },
    errors: ["taken_over"],
  }),
  call("batches", "appendBatch", {
    summary: "Append raw inputs of a task",
    description:
      "Numbered from 0 in each attempt and acknowledged after commit. The same batch again is acknowledged again.",
    request: {
      schema: batchRequestSchema,
      example: {
        ...position,
        task_index: 0,
        attempt: 1,
        seq: 0,
        inputs: [{ n: 0, at: 412, kind: "press", stimulus: "item-1", choice: "left", source: "touch" }],
      },
    },
    answer: {
      status: 200,
      description: "Stored.",
      schema: batchResponseSchema,
      example: { acknowledged: 0 },
    },
    errors: ["consent_missing", "taken_over", "batch_gap", "batch_conflict", "attempt_unknown"],
  }),
  call("task-done", "finishTask", {
    summary: "A task is complete and all its batches are acknowledged",
    description:
      "Closes the attempt and grants what follows. `digest` is a check of what the page saw at the end; the replay is compared with it.",
    request: {
      schema: taskDoneRequestSchema,
      example: { ...position, task_index: 0, attempt: 1, last_seq: 4, digest: "5bd1e99501000193" },
    },
    answer: JOURNEY,
    errors: ["consent_missing", "taken_over", "attempt_unknown", "batch_gap"],
  }),
  call("finish", "finishJourney", {
    summary: "Finish: score and announce in one transaction",
    description:
      "Names the last batch of each task. Result, events and deliveries are committed together or not at all.",
    request: {
      schema: finishRequestSchema,
      example: {
        ...position,
        tasks: [
          { task_index: 0, attempt: 1, last_seq: 4 },
          { task_index: 1, attempt: 1, last_seq: 6 },
        ],
      },
    },
    answer: ENDED,
    errors: ["consent_missing", "taken_over", "inputs_missing"],
  }),
  call("stop", "stopJourney", {
    summary: "The applicant stops for good",
    description: "Ends the journey as `incomplete`.",
    request: { schema: stopRequestSchema, example: position },
    answer: ENDED,
    errors: ["taken_over"],
  }),
  call("note", "noteFact", {
    summary: "Something happened between inputs",
    description:
      "The page was hidden, offline, could not store, lost the focus or changed its size, or the applicant put it aside. Loss of network costs nothing.",
    request: {
      schema: noteRequestSchema,
      example: { ...position, kind: "hidden", task_index: 0, duration_ms: 5300, n: 3 },
    },
    answer: { status: 204, description: "Noted." },
    errors: ["taken_over"],
  }),
];

export const JOURNEY_OPERATIONS: readonly Operation[] = [...PAGES, ...KIOSK_OPERATIONS, ...CALLS];
