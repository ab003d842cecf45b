import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH, ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation, type Parameter } from "./operation.ts";
import { DETAIL_EXAMPLE, PAGE_EXAMPLE } from "./results-people-examples.ts";
import { resultDetailSchema } from "./result-detail-shapes.ts";
import { RESULT_VIEW_OPERATIONS } from "./result-views-api.ts";
import {
  personResultsPageSchema,
  resultCountSchema,
  resultExportSchema,
  resultFilterSchema,
  resultSearchSchema,
} from "./results-people-shapes.ts";

/** Results for people: over all deployments of a company, where a lender's server sees one environment. */

const RESULTS = `${COMPANY_PATH}/results` as const;
const RESULT = `${ENVIRONMENT_PATH}/results/{session_id}` as const;
const SESSION_ID: Parameter = { in: "path", name: "session_id", required: true, description: "The session" };
const ASKING_ERRORS = [...MEMBER_WRITE_ERRORS, "query_invalid", "deployment_unknown", "link_batch_unknown"] as const;

const FILTER_EXAMPLE = { environment: "production", risk_band: ["HIGH", "VERY_HIGH"], confidence: ["LOW"] } as const;

export const SEARCH_RESULTS_AS_PERSON = defineOperation({
  id: "searchResultsAsPerson",
  method: "post",
  path: `${RESULTS}/search`,
  tag: "beacon",
  summary: "Sessions and their results over all deployments",
  description:
    "Newest first. Test and Production are never mixed. One call looks at a bounded number of sessions, so that a page can hold few items or none and still have a `next`: go on until it is null. Beginnings of uids stand in the body because addresses are logged on the way. Pages with results are written to the audit log.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  request: { schema: resultSearchSchema, example: { ...FILTER_EXAMPLE, limit: 50 } },
  answers: [{ status: 200, description: "A page.", schema: personResultsPageSchema, example: PAGE_EXAMPLE }],
  errors: ASKING_ERRORS,
});

export const COUNT_RESULTS_AS_PERSON = defineOperation({
  id: "countResultsAsPerson",
  method: "post",
  path: `${RESULTS}/count`,
  tag: "beacon",
  summary: "How many sessions a filter finds",
  description:
    "Stops at 10 000, and after looking at a bounded number of sessions; `capped` then says that there may be more.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  request: { schema: resultFilterSchema, example: FILTER_EXAMPLE },
  answers: [
    {
      status: 200,
      description: "The number.",
      schema: resultCountSchema,
      example: { count: 10_000, capped: true },
    },
  ],
  errors: ASKING_ERRORS,
});

export const EXPORT_RESULTS_AS_PERSON = defineOperation({
  id: "exportResultsAsPerson",
  method: "post",
  path: `${RESULTS}/export`,
  tag: "beacon",
  summary: "What a filter finds, as a file",
  description:
    "CSV or an Excel workbook, streamed to the last session of the filter however many there are, with units in the header and safe to open in a spreadsheet. Columns in the order they are named. An export is written to the audit log when it begins, and when it ends with the number of rows.",
  auth: "person",
  role: "admin",
  parameters: [COMPANY_PARAMETER],
  request: {
    schema: resultExportSchema,
    example: { ...FILTER_EXAMPLE, format: "csv", columns: ["uid", "score", "risk_band", "confidence"] },
  },
  answers: [
    {
      status: 200,
      description: "The file; with `format: xlsx` a workbook.",
      contentType: "text/csv",
    },
  ],
  errors: ASKING_ERRORS,
});

export const GET_RESULT_AS_PERSON = defineOperation({
  id: "getResultAsPerson",
  method: "get",
  path: RESULT,
  tag: "beacon",
  summary: "Everything about one result",
  description:
    "Session and place, the announced result with what it is made of, task by task, other results beside it, and the time line. Its webhooks are in the webhook log, by `session_id`. A session that was erased is not found. Reading it is written to the audit log.",
  auth: "person",
  role: "viewer",
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  answers: [{ status: 200, description: "The result.", schema: resultDetailSchema, example: DETAIL_EXAMPLE }],
  errors: [...MEMBER_READ_ERRORS, "session_unknown"],
});

export const retryScoringSchema = z.object({
  outcome: z
    .enum(["scored", "already_scored", "still_unscorable"])
    .describe("scored: the result was added and is announced. already_scored: nothing was left to do"),
  result_id: z.string().nullable().describe("Of the score; null while there is none"),
  model_version: z.string(),
  score: z.int().nullable(),
  missing: z
    .array(
      z.object({
        metric: z.string().describe("As `task.metric`"),
        task: z.string().describe("The task's title"),
        text: z.string().describe("Why there is no value, in words"),
      }),
    )
    .describe("What is missing for a score; empty once there is one"),
});
export type RetryScoring = z.output<typeof retryScoringSchema>;

export const RETRY_SCORING_AS_PERSON = defineOperation({
  id: "retryScoringAsPerson",
  method: "post",
  path: `${RESULT}/retry`,
  tag: "beacon",
  summary: "Try again to score a journey",
  description:
    "For a completed journey that could not be scored: once more from the stored inputs, with the model the environment has now. With success the result is added and `psychometric_score.complete` goes out; otherwise the answer says what is missing and nothing changes. A second call finds the score and does nothing.",
  auth: "person",
  role: "admin",
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  answers: [
    {
      status: 200,
      description: "What came of it.",
      schema: retryScoringSchema,
      example: {
        outcome: "still_unscorable",
        result_id: null,
        model_version: "standard-1.0",
        score: null,
        missing: [
          {
            metric: "statements.self_control",
            task: "Statements",
            text: "Fewer than 3 of its statements were answered",
          },
        ],
      },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "session_unknown", "scoring_not_retryable"],
});

export const RESULT_PEOPLE_OPERATIONS: readonly Operation[] = [
  SEARCH_RESULTS_AS_PERSON,
  COUNT_RESULTS_AS_PERSON,
  EXPORT_RESULTS_AS_PERSON,
  GET_RESULT_AS_PERSON,
  RETRY_SCORING_AS_PERSON,
  ...RESULT_VIEW_OPERATIONS,
];
