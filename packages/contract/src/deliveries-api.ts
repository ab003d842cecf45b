import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH, ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { EVENT_TYPES } from "./events.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";

/** What became of webhooks: the log of deliveries, replays, and notices about endpoints. */

export const DELIVERY_STATES = ["pending", "held", "delivered", "dead"] as const;
export const REPLAY_STATES = ["running", "done", "cancelled"] as const;
export const NOTICE_KINDS = ["failing", "disabling_soon", "disabled", "gone", "recovered"] as const;

const seconds = z.int().describe("Epoch seconds");
const secondsOrNull = z.int().nullable();
const LATEST = 253_402_300_799;
const timeQuery = z.coerce.number("takes epoch seconds").int("takes epoch seconds").min(0).max(LATEST).optional();

export const deliverySchema = z.object({
  delivery_id: z.string(),
  event_id: z.string().describe("What your server gets as webhook-id"),
  type: z.string(),
  session_id: z.string().nullable(),
  uid: z.string().nullable().describe("null: the person was erased"),
  run: z.int().nullable(),
  state: z
    .enum(DELIVERY_STATES)
    .describe("held: waits until the endpoint is enabled; dead: the last attempt of the schedule failed"),
  attempts: z.int().describe("Attempts so far, those before a replay included"),
  next_attempt_at: secondsOrNull.describe(
    "Epoch seconds; null unless pending; in the past while an attempt is under way",
  ),
  last_status: z.int().nullable().describe("Status of the newest answer; null: there was none"),
  last_error: z.string().nullable(),
  delivered_at: secondsOrNull.describe("Epoch seconds"),
  created_at: seconds,
  replay_id: z.string().nullable().describe("The newest replay that queued it"),
});
export type Delivery = z.infer<typeof deliverySchema>;

const attemptSchema = z.object({
  attempt_id: z.string(),
  number: z.int(),
  started_at: seconds,
  duration_ms: z.int(),
  host: z.string().describe("Host and port; path and query may hold a secret"),
  request_headers: z.record(z.string(), z.string()).describe("Of signatures only the last eight characters"),
  status: z.int().nullable().describe("null: no answer"),
  error: z.string().nullable(),
  answer_headers: z.record(z.string(), z.string()).nullable(),
  answer_body: z.string().nullable().describe("At most 16 KiB"),
});

export const deliveryDetailSchema = deliverySchema.extend({
  body: z.string().nullable().describe("Byte for byte what is sent; null: erased"),
  log: z.array(attemptSchema).describe("Oldest first, the newest 200"),
});
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

export const replaySchema = z.object({
  replay_id: z.string(),
  environment_id: z.string(),
  which: z.enum(["delivery", "failed", "range"]),
  delivery_id: z.string().nullable(),
  from: secondsOrNull,
  to: secondsOrNull,
  include_delivered: z.boolean(),
  state: z.enum(REPLAY_STATES),
  done: z.int().describe("Looked at so far"),
  total: z.int().describe("To look at"),
  queued: z.int().describe("Of them, queued to be sent; the others needed nothing"),
  created_by: z.string(),
  created_at: seconds,
  finished_at: secondsOrNull,
});
export type Replay = z.infer<typeof replaySchema>;

export const replayWishSchema = z
  .strictObject({
    which: z
      .enum(["delivery", "failed", "range"])
      .describe("One delivery, all that are not delivered, or all events of a time range that are not delivered"),
    delivery_id: z.string().min(1).max(100).optional(),
    from: z.int().min(0).max(LATEST).optional().describe("Epoch seconds; when events were recorded"),
    to: z.int().min(0).max(LATEST).optional().describe("Epoch seconds, not included; default now"),
    include_delivered: z.boolean().optional().describe("With range: also what was delivered is sent once more"),
  })
  .refine((wish) => (wish.delivery_id !== undefined) === (wish.which === "delivery"), {
    path: ["delivery_id"],
    message: "belongs to which: delivery, and only to that",
  })
  .refine((wish) => (wish.from !== undefined) === (wish.which === "range"), {
    path: ["from"],
    message: "belongs to which: range, and only to that",
  })
  .refine((wish) => wish.which === "range" || (wish.to === undefined && wish.include_delivered === undefined), {
    path: ["which"],
    message: "to and include_delivered belong to which: range",
  })
  .refine((wish) => wish.from === undefined || wish.to === undefined || wish.from < wish.to, {
    path: ["to"],
    message: "must be later than from",
  });
export type ReplayWish = z.infer<typeof replayWishSchema>;

const noticeSchema = z.object({
  notice_id: z.string(),
  kind: z
    .enum(NOTICE_KINDS)
    .describe(
      "failing: for a day; disabling_soon: for four days; disabled: after five days; gone: it answered 410; recovered: it works again",
    ),
  environment_id: z.string(),
  deployment_id: z.string(),
  deployment: z.string(),
  environment: z.enum(["test", "production"]),
  host: z.string().nullable(),
  failing_since: secondsOrNull.describe("Epoch seconds"),
  at: seconds,
});
export type EndpointNotice = z.infer<typeof noticeSchema>;

const T0 = 1_795_600_000;
const DELIVERY_ID = "dlv_01k0000000000000000000000a";
const REPLAY_ID = "rpl_01k0000000000000000000000a";
const ENVIRONMENT_ID = "env_01k0000000000000000000000a";
const DELIVERY: Delivery = {
  delivery_id: DELIVERY_ID,
  event_id: "evt_01k0000000000000000000000a",
  type: "application.complete",
  session_id: "ses_01k0000000000000000000000a",
  uid: "APP-4711",
  run: 1,
  state: "dead",
  attempts: 11,
  next_attempt_at: null,
  last_status: 500,
  last_error: null,
  delivered_at: null,
  created_at: T0,
  replay_id: null,
};
const REPLAY: Replay = {
  replay_id: REPLAY_ID,
  environment_id: ENVIRONMENT_ID,
  which: "range",
  delivery_id: null,
  from: T0,
  to: T0 + 86_400,
  include_delivered: false,
  state: "running",
  done: 500,
  total: 1234,
  queued: 61,
  created_by: "user:usr_01k0000000000000000000000a",
  created_at: T0 + 90_000,
  finished_at: null,
};

const DELIVERY_PARAMETERS = [
  ...ENVIRONMENT_PARAMETERS,
  { in: "path", name: "delivery_id", required: true, description: "The delivery" },
] as const;
const REPLAY_PARAMETERS = [
  ...ENVIRONMENT_PARAMETERS,
  { in: "path", name: "replay_id", required: true, description: "The replay" },
] as const;

export const LIST_DELIVERIES = defineOperation({
  id: "listDeliveries",
  method: "get",
  path: `${ENVIRONMENT_PATH}/deliveries`,
  tag: "beacon",
  summary: "The webhook log of an environment",
  description: "Newest first. An event that was replayed after it had been delivered stands here once for each time.",
  auth: "person",
  role: "viewer",
  query: PAGE_QUERY.extend({
    state: z.enum(DELIVERY_STATES).optional(),
    type: z.enum(EVENT_TYPES).optional().describe("Type of the event"),
    session_id: z.string().max(100).optional(),
    uid: z.string().max(60).optional().describe("The whole uid"),
    from: timeQuery.describe("Epoch seconds; when the delivery was written"),
    to: timeQuery.describe("Epoch seconds, not included"),
  }),
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "A page of deliveries.",
      schema: pageOf(deliverySchema),
      example: { items: [DELIVERY], next: null },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const GET_DELIVERY = defineOperation({
  id: "getDelivery",
  method: "get",
  path: `${ENVIRONMENT_PATH}/deliveries/{delivery_id}`,
  tag: "beacon",
  summary: "One delivery with all its attempts",
  description: "What was sent, what came back, how long it took. Signatures are cut, cookies of answers are hidden.",
  auth: "person",
  role: "viewer",
  parameters: DELIVERY_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The delivery.",
      schema: deliveryDetailSchema,
      example: {
        ...DELIVERY,
        body: '{"uid":"APP-4711","integration_id":"0123456789abcdef01234567","event":{}}',
        log: [
          {
            attempt_id: "att_01k0000000000000000000000a",
            number: 1,
            started_at: T0,
            duration_ms: 41,
            host: "hooks.lender.example",
            request_headers: { "webhook-id": "evt_01k0000000000000000000000a", "x-signature": "…1f2e3d4c" },
            status: 500,
            error: null,
            answer_headers: { "content-type": "text/plain" },
            answer_body: "database is down",
          },
        ],
      },
    },
  ],
  errors: [...MEMBER_READ_ERRORS, "delivery_unknown"],
});

export const START_REPLAY = defineOperation({
  id: "startReplay",
  method: "post",
  path: `${ENVIRONMENT_PATH}/replays`,
  tag: "beacon",
  summary: "Send deliveries again",
  description:
    "A job that goes on after a restart. Each event keeps its id and its bytes, so a receiver that makes `webhook-id` unique takes none twice. A range also reaches events that were recorded while no URL was set. While the endpoint is disabled, what is replayed waits with the rest. One job of many at a time in an environment; a single delivery at any time.",
  auth: "person",
  role: "admin",
  parameters: ENVIRONMENT_PARAMETERS,
  request: { schema: replayWishSchema, example: { which: "failed" } },
  answers: [
    { status: 202, description: "The job; ask for it until it is done.", schema: replaySchema, example: REPLAY },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "delivery_unknown", "webhook_not_set", "replay_running", "event_erased"],
});

export const LIST_REPLAYS = defineOperation({
  id: "listReplays",
  method: "get",
  path: `${ENVIRONMENT_PATH}/replays`,
  tag: "beacon",
  summary: "List replays of an environment",
  description: "Newest first, with their progress.",
  auth: "person",
  role: "viewer",
  query: PAGE_QUERY,
  parameters: ENVIRONMENT_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "A page of replays.",
      schema: pageOf(replaySchema),
      example: { items: [REPLAY], next: null },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const GET_REPLAY = defineOperation({
  id: "getReplay",
  method: "get",
  path: `${ENVIRONMENT_PATH}/replays/{replay_id}`,
  tag: "beacon",
  summary: "One replay and how far it is",
  description: "`done` of `total` were looked at, `queued` of them are on their way.",
  auth: "person",
  role: "viewer",
  parameters: REPLAY_PARAMETERS,
  answers: [{ status: 200, description: "The replay.", schema: replaySchema, example: REPLAY }],
  errors: [...MEMBER_READ_ERRORS, "replay_unknown"],
});

export const CANCEL_REPLAY = defineOperation({
  id: "cancelReplay",
  method: "post",
  path: `${ENVIRONMENT_PATH}/replays/{replay_id}/cancel`,
  tag: "beacon",
  summary: "Cancel a replay",
  description: "Queues no more; what is queued is still sent. A replay that has ended is answered as it is.",
  auth: "person",
  role: "admin",
  parameters: REPLAY_PARAMETERS,
  answers: [
    {
      status: 200,
      description: "The replay as it is now.",
      schema: replaySchema,
      example: { ...REPLAY, state: "cancelled", finished_at: T0 + 90_060 },
    },
  ],
  errors: [...MEMBER_WRITE_ERRORS, "replay_unknown"],
});

export const LIST_ENDPOINT_NOTICES = defineOperation({
  id: "listEndpointNotices",
  method: "get",
  path: `${COMPANY_PATH}/endpoint-notices`,
  tag: "beacon",
  summary: "What admins were told about webhook endpoints",
  description: "Newest first, of all environments of the company. Each was also sent to its admins by mail.",
  auth: "person",
  role: "viewer",
  query: PAGE_QUERY.extend({ environment_id: z.string().max(100).optional().describe("Only this environment") }),
  parameters: [COMPANY_PARAMETER],
  answers: [
    {
      status: 200,
      description: "A page of notices.",
      schema: pageOf(noticeSchema),
      example: {
        items: [
          {
            notice_id: "ntc_01k0000000000000000000000a",
            kind: "failing",
            environment_id: ENVIRONMENT_ID,
            deployment_id: "dep_01k0000000000000000000000a",
            deployment: "Loans",
            environment: "production",
            host: "hooks.lender.example",
            failing_since: T0,
            at: T0 + 86_400,
          },
        ],
        next: null,
      },
    },
  ],
  errors: MEMBER_READ_ERRORS,
});

export const DELIVERY_OPERATIONS: readonly Operation[] = [
  LIST_DELIVERIES,
  GET_DELIVERY,
  START_REPLAY,
  LIST_REPLAYS,
  GET_REPLAY,
  CANCEL_REPLAY,
  LIST_ENDPOINT_NOTICES,
];
