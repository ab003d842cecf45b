import { z } from "zod";

import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { EVENT_TYPES } from "./events.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** An environment's webhook endpoint: how it stands, its switch, and events sent to try it out. */

const WEBHOOK = `${ENVIRONMENT_PATH}/webhook` as const;

/** Counting stops here: what is more is "10 000+". */
export const MAX_COUNTED = 10_000;
const counted = z.int().min(0).max(MAX_COUNTED);

export const endpointSchema = z.object({
  environment_id: z.string(),
  environment: z.enum(["test", "production"]),
  deployment_id: z.string(),
  deployment: z.string(),
  state: z
    .enum(["unset", "enabled", "disabled"])
    .describe("unset: there is no URL, so events are kept and nothing is sent; disabled: deliveries are held"),
  disabled_reason: z
    .enum(["failing", "gone", "admin"])
    .nullable()
    .describe("failing: five days of nothing but failures; gone: it answered 410; admin: switched off by a person"),
  url: z.string().nullable().describe("For admins; null for viewers: path and query may hold a secret"),
  host: z.string().nullable().describe("Host and port of the URL"),
  failing_since: z.int().nullable().describe("Epoch seconds; null: the newest attempt was accepted, or there was none"),
  changed_at: z.int().describe("Epoch seconds; when the URL was set or the endpoint was switched"),
  undelivered: z
    .object({
      pending: counted.describe("On their way, by the schedule"),
      held: counted.describe("Wait until the endpoint is enabled"),
      dead: counted.describe("Given up after the whole schedule; only a replay sends them again"),
      more: z.boolean().describe("true: there are more; the oldest 10 000 were counted"),
    })
    .describe("What has not arrived"),
});
export type EndpointView = z.infer<typeof endpointSchema>;

const T0 = 1_795_600_000;
const ENDPOINT: EndpointView = {
  environment_id: "env_01k0000000000000000000000a",
  environment: "production",
  deployment_id: "dep_01k0000000000000000000000a",
  deployment: "Personal loans",
  state: "disabled",
  disabled_reason: "failing",
  url: "https://hooks.lender.example/tallystick",
  host: "hooks.lender.example",
  failing_since: null,
  changed_at: T0,
  undelivered: { pending: 0, held: 12, dead: 3, more: false },
};

export const GET_ENDPOINT = defineOperation({
  id: "getEndpoint",
  method: "get",
  path: WEBHOOK,
  tag: "beacon",
  summary: "How an environment's webhook endpoint stands",
  description: "Its state, since when it fails, and how much has not arrived.",
  auth: "person",
  role: "viewer",
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [{ status: 200, description: "The endpoint.", schema: endpointSchema, example: ENDPOINT }],
  errors: MEMBER_READ_ERRORS,
});

export const SWITCH_ENDPOINT = defineOperation({
  id: "switchEndpoint",
  method: "post",
  path: `${WEBHOOK}/switch`,
  tag: "beacon",
  summary: "Switch the webhook endpoint on or off",
  description:
    "Off: what is pending and what comes is held, nothing is lost. On: what was held is sent at once; `undelivered.dead` then says what was given up before, which a replay of the failed ones sends again. Switching to what it is already changes nothing. Also possible while the deployment is archived: results under way still have to arrive.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: { schema: z.strictObject({ state: z.enum(["enabled", "disabled"]) }), example: { state: "enabled" } },
  answers: [
    {
      status: 200,
      description: "The endpoint as it is now, and what the switch did.",
      schema: z.object({
        changed: z.boolean(),
        released: z.int().describe("Held deliveries that are on their way now"),
        gap_from: z
          .int()
          .nullable()
          .describe("Epoch seconds; when it was switched off. null: it was not switched on just now"),
        endpoint: endpointSchema,
      }),
      example: {
        changed: true,
        released: 12,
        gap_from: T0,
        endpoint: {
          ...ENDPOINT,
          state: "enabled",
          disabled_reason: null,
          changed_at: T0 + 3600,
          undelivered: { pending: 12, held: 0, dead: 3, more: false },
        },
      },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "webhook_not_set"],
});

const draftUrl = z
  .string()
  .max(2000)
  .optional()
  .describe("Try this address before it is saved; absent: the saved one. Judged as the setting is");

export const webhookTrialSchema = z.object({
  outcome: z
    .enum(["accepted", "refused", "no_answer", "unreachable"])
    .describe(
      "accepted: it answered 200, which alone counts; refused: it answered something else; no_answer: connected, and nothing came within 15 s; unreachable: no connection",
    ),
  reason: z.string().describe("What happened, in a sentence"),
  mend: z.string().nullable().describe("The way to mend it; null: nothing is to be mended"),
  type: z.enum(EVENT_TYPES),
  event_id: z.string().describe("What the receiver got as webhook-id"),
  host: z.string().describe("Host and port it was sent to"),
  draft: z.boolean().describe("true: to an address that is not the saved one"),
  at: z.int().describe("Epoch seconds"),
  duration_ms: z.int(),
  status: z.int().nullable().describe("null: there was no answer"),
  answer_headers: z.record(z.string(), z.string()).nullable().describe("Cookies are hidden"),
  answer_body: z.string().nullable().describe("At most 16 KiB"),
  cut_off: z.boolean().describe("true: the answer broke off; what came is shown"),
  sent_headers: z.record(z.string(), z.string()).describe("Of signatures only the last eight characters"),
  sent_body: z.string().describe("Byte for byte"),
});
export type WebhookTrial = z.infer<typeof webhookTrialSchema>;

const TRIAL: WebhookTrial = {
  outcome: "refused",
  reason: "The receiver at hooks.lender.example answered 401.",
  mend: "The receiver asks for a login of its own. Let it check X-Signature instead, or put what it needs into the URL.",
  type: "psychometric_score.complete",
  event_id: "evt_01k0000000000000000000000a",
  host: "hooks.lender.example",
  draft: false,
  at: T0,
  duration_ms: 41,
  status: 401,
  answer_headers: { "content-type": "text/plain" },
  answer_body: "unauthorized",
  cut_off: false,
  sent_headers: { "webhook-id": "evt_01k0000000000000000000000a", "x-signature": "…1f2e3d4c" },
  sent_body: '{"uid":"TEST-WEBHOOK-00000","integration_id":"0123456789abcdef01234567","event":{}}',
};

const TRIAL_ERRORS = [...MEMBER_WRITE_ERRORS, "webhook_not_set", "setting_invalid", "rate_limited"] as const;
const ONE_PACE = "It shares the pace of the lender's own test call: one a second, 20 at once.";

export const TEST_WEBHOOK_AS_PERSON = defineOperation({
  id: "testWebhookAsPerson",
  method: "post",
  path: `${WEBHOOK}/test`,
  tag: "beacon",
  summary: "Send a real signed event to the receiver now",
  description: `As POST /v1/webhooks-management/test: a signed \`psychometric_score.complete\` of the uid TEST-WEBHOOK-00000, once, also to a disabled endpoint. Whatever the receiver does is a 200 that tells it. With the saved URL an accepted test counts for the go-live check. ${ONE_PACE}`,
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: { schema: z.strictObject({ url: draftUrl }), example: {} },
  answers: [{ status: 200, description: "What became of it.", schema: webhookTrialSchema, example: TRIAL }],
  errors: TRIAL_ERRORS,
});

export const SAMPLE_WEBHOOK_AS_PERSON = defineOperation({
  id: "sampleWebhookAsPerson",
  method: "post",
  path: `${WEBHOOK}/sample`,
  tag: "beacon",
  summary: "Send a signed example of any event to the receiver now",
  description: `As the test, for the event named: example values, times of now. It proves nothing to the go-live check. ${ONE_PACE}`,
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: {
    schema: z.strictObject({ type: z.enum(EVENT_TYPES), url: draftUrl }),
    example: { type: "application.expired" },
  },
  answers: [
    {
      status: 200,
      description: "What became of it.",
      schema: webhookTrialSchema,
      example: {
        ...TRIAL,
        outcome: "accepted",
        reason: "The receiver at hooks.lender.example accepted the event.",
        mend: null,
        type: "application.expired",
        status: 200,
        answer_body: "",
      },
    },
  ],
  errors: TRIAL_ERRORS,
});

export const ENDPOINT_OPERATIONS: readonly Operation[] = [
  GET_ENDPOINT,
  SWITCH_ENDPOINT,
  TEST_WEBHOOK_AS_PERSON,
  SAMPLE_WEBHOOK_AS_PERSON,
];
