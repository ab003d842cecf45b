import { z } from "zod";

import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";

/** In the order in which a deployment is usually prepared. */
export const GO_LIVE_ITEMS = [
  "deployment_in_use",
  "public_address",
  "dashboard_address",
  "mail",
  "two_admins",
  "brand",
  "languages",
  "languages_reviewed",
  "privacy_policy",
  "completion_url",
  "cancellation_url",
  "expiry_url",
  "webhook_verified",
  "webhooks_apart",
  "keys_apart",
  "test_journey",
  "test_journey_played",
  "same_assessment",
  "duplicate_refused",
  "no_test_key_in_production",
  "no_production_key_in_test",
] as const;
export type GoLiveKey = (typeof GO_LIVE_ITEMS)[number];

export const goLiveItemSchema = z.object({
  key: z.enum(GO_LIVE_ITEMS),
  title: z.string().describe("What is checked, in a few words"),
  environment: z
    .enum(["test", "production"])
    .nullable()
    .describe("Where it is looked at; null: the installation or team"),
  level: z.enum(["blocking", "advising"]).describe("blocking: do not send applicants before it is ok"),
  state: z.enum(["ok", "open", "not_applicable"]),
  reason: z.string().describe("What the system found"),
  fix: z
    .object({
      text: z.string().describe("What to do"),
      command: z
        .string()
        .nullable()
        .describe("A command line to run on the server; words in capitals are yours to fill"),
      call: z.string().nullable().describe("The same through the API: method, address and body"),
    })
    .nullable()
    .describe("null unless the item is open"),
  evidence_at: z.int().nullable().describe("When the newest proof was seen, epoch seconds"),
});
export type GoLiveItem = z.infer<typeof goLiveItemSchema>;

export const goLiveSchema = z.object({
  deployment_id: z.string(),
  name: z.string(),
  ready: z.boolean().describe("No blocking item is open"),
  blocking_open: z.int(),
  advising_open: z.int(),
  looked_at: z.int().describe("Epoch seconds"),
  items: z.array(goLiveItemSchema),
});
export type GoLive = z.infer<typeof goLiveSchema>;

export const goLiveCheckRequestSchema = z.strictObject({
  test_webhook: z
    .boolean()
    .default(true)
    .describe("Also send a signed test event (uid TEST-WEBHOOK-00000) to the webhook URL of Production"),
});

const EXAMPLE: GoLive = {
  deployment_id: "dep_01k0000000000000000000000a",
  name: "Loans",
  ready: false,
  blocking_open: 1,
  advising_open: 0,
  looked_at: 1_790_000_000,
  items: [
    {
      key: "privacy_policy",
      title: "Privacy policy is reachable",
      environment: "production",
      level: "blocking",
      state: "ok",
      reason: "https://lender.example/privacy answered with 200.",
      fix: null,
      evidence_at: 1_789_999_000,
    },
    {
      key: "completion_url",
      title: "Completion URL leads somewhere",
      environment: "production",
      level: "blocking",
      state: "open",
      reason: "No completion URL is set: applicants who finish stay on the last page.",
      fix: {
        text: "Set where applicants go after the last task.",
        command:
          "npx tallystick deployment set dep_01k0000000000000000000000a --env production --completion-url https://lender.example/done",
        call: null,
      },
      evidence_at: null,
    },
  ],
};

const DEPLOYMENT_PARAMETERS = [
  {
    in: "path",
    name: "company_id",
    required: true,
    description: "The company",
    example: "cmp_01k0000000000000000000000a",
  },
  {
    in: "path",
    name: "deployment_id",
    required: true,
    description: "The deployment",
    example: "dep_01k0000000000000000000000a",
  },
] as const;

export const GET_GO_LIVE = defineOperation({
  id: "getGoLive",
  method: "get",
  path: "/beacon/api/companies/{company_id}/deployments/{deployment_id}/go-live",
  tag: "beacon",
  summary: "What stands between a deployment and Production",
  description:
    "Every item is found out by the system, none is ticked by hand. This call sends nothing to anybody: what addresses answered is what the newest check saw, and counts for 24 hours.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  answers: [{ status: 200, description: "All items.", schema: goLiveSchema, example: EXAMPLE }],
  errors: [...MEMBER_READ_ERRORS, "deployment_unknown"],
});

export const CHECK_GO_LIVE = defineOperation({
  id: "checkGoLive",
  method: "post",
  path: "/beacon/api/companies/{company_id}/deployments/{deployment_id}/go-live/check",
  tag: "beacon",
  summary: "Ask the addresses of a deployment, then answer as the call above",
  description:
    "Asks the completion, cancellation and expiry URLs and the privacy policy of Production (HEAD, then GET), and sends a signed test event to its webhook URL unless told not to. All of it goes through the same guard as webhooks; at most a dozen checks a minute for a deployment.",
  auth: "person",
  role: "admin",
  parameters: DEPLOYMENT_PARAMETERS,
  request: { schema: goLiveCheckRequestSchema, example: { test_webhook: true } },
  answers: [{ status: 200, description: "All items, freshly looked at.", schema: goLiveSchema, example: EXAMPLE }],
  errors: [...MEMBER_WRITE_ERRORS, "deployment_unknown", "rate_limited"],
});

export const GOLIVE_OPERATIONS: readonly Operation[] = [GET_GO_LIVE, CHECK_GO_LIVE];
