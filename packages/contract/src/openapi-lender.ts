import { z } from "zod";
import type { ErrorCode } from "./errors.ts";
import {
  createSessionRequestSchema,
  createSessionResponseSchema,
  errorResponseSchema,
  sampleWebhookRequestSchema,
  webhookTestErrorSchema,
  webhookTestOkSchema,
  webhookTestRefusedSchema,
} from "./lender-api.ts";
import type { Answer, Operation, Parameter } from "./operation.ts";

const IDEMPOTENCY_KEY: Parameter = {
  in: "header",
  name: "idempotency-key",
  required: false,
  description:
    "Binds this key to this body for 24 hours: the same key with another body is refused. Answers are not stored; creation is idempotent by its nature.",
  example: "7f3d2c1a-application-4711",
};

const CREATE_SESSION_ERRORS: readonly ErrorCode[] = [
  "payload_too_large",
  "unsupported_media_type",
  "api_key_missing",
  "api_key_unknown",
  "signature_invalid",
  "body_invalid",
  "integration_mismatch",
  "uid_invalid",
  "uid_reserved",
  "uid_looks_personal",
  "metadata_looks_personal",
  "idempotency_key_invalid",
  "idempotency_key_reused",
  "uid_already_used",
  "deployment_archived",
  "uid_expired",
  "rate_limited",
  "internal_error",
  "unavailable",
];

const CREATE_SESSION: Operation = {
  id: "createSession",
  method: "post",
  path: "/v1/sessions-management/tokens",
  tag: "sessions",
  summary: "Create a session, or get the open one of this uid again",
  description:
    "Server side only. **Mode A**: send the header `api-key`. **Mode B**: send no key, but `X-Signature`, the lower-case hex HMAC-SHA512 of the body under the API key. " +
    "The same uid in the same environment gets the same session (with a fresh token and the same expiry) until its journey has ended.",
  auth: "api_key_or_signature",
  parameters: [IDEMPOTENCY_KEY],
  request: {
    schema: createSessionRequestSchema,
    example: {
      uid: "APP-4711",
      integration_id: "0123456789abcdef01234567",
      language: "en",
      metadata: { branch: "north" },
    },
  },
  answers: [
    {
      status: 200,
      description: "The session. Send the applicant to `link`, or to `url` + `/` + `access_token`.",
      schema: createSessionResponseSchema,
      example: {
        access_token: "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJBUFAtNDcxMSJ9.c2lnbmF0dXJl",
        url: "https://assess.lender.example/psychometrics",
        session_id: "ses_01k0000000000000000000000a",
        expires_at: 1795520000,
        link: "https://assess.lender.example/a/7k3m9x2q4w8z",
        warnings: [],
      },
    },
  ],
  errors: CREATE_SESSION_ERRORS,
};

const TEST_WEBHOOK_ANSWERS: readonly Answer[] = [
  {
    status: 200,
    description: "Your endpoint answered 200.",
    schema: webhookTestOkSchema,
    example: { webhook_receiver_status_code: 200, detail: "The webhook receiver accepted the event" },
  },
  {
    status: 400,
    description: "No `api-key` header.",
    schema: webhookTestErrorSchema,
    example: { detail: "No Api-key supplied" },
  },
  {
    status: 403,
    description: "The key is not known.",
    schema: webhookTestErrorSchema,
    example: { detail: "Invalid Api-key" },
  },
  {
    status: 422,
    description: "Your endpoint answered something else than 200 (201 and redirects included).",
    schema: webhookTestRefusedSchema,
    example: {
      detail: { webhook_receiver_status_code: 403, webhook_receiver_body_content: "forbidden" },
    },
  },
  {
    status: 424,
    description: "No webhook URL is set for this environment.",
    schema: webhookTestErrorSchema,
    example: { detail: "Webhooks not set for 0123456789abcdef01234567, please set in Beacon" },
  },
  {
    status: 503,
    description:
      "Your endpoint could not be reached: time-out, DNS, TLS, refused connection or a forbidden address, one text for all. (A database that is away answers 503 too, with the code `unavailable`.)",
    schema: webhookTestErrorSchema,
    example: { detail: "Cannot connect to host receiver.lender.example" },
  },
];

const TEST_WEBHOOK: Operation = {
  id: "testWebhook",
  method: "post",
  path: "/v1/webhooks-management/test",
  tag: "webhooks",
  summary: "Send a real signed event to your endpoint now",
  description:
    "No body. Sends one signed `psychometric_score.complete` with the uid `TEST-WEBHOOK-00000` and example values to the webhook URL of the key's environment and tells what came back. " +
    "These answers have their own shapes, because existing clients rely on them.",
  auth: "api_key",
  parameters: [],
  answers: TEST_WEBHOOK_ANSWERS,
  errors: ["payload_too_large", "rate_limited", "internal_error"],
};

// One status, two shapes: the answer's own `code` tells a wrong request from a receiver that refused.
const SAMPLE_WEBHOOK_ANSWERS: readonly Answer[] = TEST_WEBHOOK_ANSWERS.map((answer) =>
  answer.status === 422
    ? {
        ...answer,
        description: `${answer.description} Or, with the code \`body_invalid\` beside a text as \`detail\`: the body names no known event type.`,
        schema: z.union([webhookTestRefusedSchema, errorResponseSchema]),
      }
    : answer,
);

const SAMPLE_WEBHOOK: Operation = {
  id: "sampleWebhook",
  method: "post",
  path: "/v1/webhooks-management/sample",
  tag: "webhooks",
  summary: "Send a signed example of any event to your endpoint now",
  description:
    "As the test call, for the event type you name: uid `TEST-WEBHOOK-00000`, example values, times of now. Both calls share one limit of their pace. The six answers are those of the test call; a body without a known `type` is answered with `body_invalid`.",
  auth: "api_key",
  parameters: [],
  request: { schema: sampleWebhookRequestSchema, example: { type: "application.expired" } },
  answers: SAMPLE_WEBHOOK_ANSWERS,
  errors: ["payload_too_large", "rate_limited", "internal_error"],
};

const text = z.string();

const SYSTEM: readonly Operation[] = [
  {
    id: "getHealth",
    method: "get",
    path: "/healthz",
    tag: "system",
    summary: "The process is alive",
    description: "Touches nothing but the process itself. For a liveness probe.",
    auth: "none",
    parameters: [],
    answers: [
      {
        status: 200,
        description: "Alive.",
        schema: z.object({ status: z.literal("ok") }),
        example: { status: "ok" },
      },
    ],
    errors: [],
  },
  {
    id: "getReadiness",
    method: "get",
    path: "/readyz",
    tag: "system",
    summary: "The process can work: database reached, migrations applied",
    description: "For a load balancer or a readiness probe.",
    auth: "none",
    parameters: [],
    answers: [
      {
        status: 200,
        description: "Ready.",
        schema: z.object({ status: z.literal("ready") }),
        example: { status: "ready" },
      },
    ],
    errors: ["unavailable"],
  },
  {
    id: "getMetrics",
    method: "get",
    path: "/metrics",
    tag: "system",
    summary: "Metrics in the Prometheus text format",
    description:
      "With `METRICS_TOKEN` set it takes `Authorization: Bearer <token>`; without, it answers loopback only. To anybody else it is not there.",
    auth: "metrics_token",
    parameters: [],
    answers: [
      {
        status: 200,
        description: "The metrics.",
        schema: text,
        contentType: "text/plain",
        example: "# TYPE process_cpu_seconds_total counter",
      },
    ],
    errors: ["not_found"],
  },
  {
    id: "getOpenApi",
    method: "get",
    path: "/openapi.json",
    tag: "system",
    summary: "This description",
    description: "OpenAPI 3.1.",
    auth: "none",
    parameters: [],
    answers: [{ status: 200, description: "The document.", schema: z.looseObject({ openapi: z.string() }) }],
    errors: [],
  },
];

export const LENDER_OPERATIONS: readonly Operation[] = [CREATE_SESSION, TEST_WEBHOOK, SAMPLE_WEBHOOK, ...SYSTEM];
