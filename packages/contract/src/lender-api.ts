import { z } from "zod";

import { EVENT_TYPES } from "./events.ts";

/** The lender's HTTP API, as it goes over the wire. */

export const UID_PATTERN = /^[A-Za-z0-9_-]{5,60}$/;

export const createSessionRequestSchema = z.looseObject({
  uid: z.string().describe("Your identifier of the applicant or application: 5 to 60 of A–Z, a–z, 0–9, _ and -"),
  integration_id: z.string().min(1).describe("Names one deployment and one environment"),
  language: z.string().max(20).optional().describe("Language the applicant starts in, if the environment offers it"),
  metadata: z
    .record(z.string().min(1).max(40), z.string().max(200))
    .refine((value) => Object.keys(value).length <= 20, "takes at most 20 pairs")
    .optional()
    .describe("Up to 20 pairs of your own, keys up to 40 and values up to 200 characters; echoed in every event"),
  stakes: z
    .enum(["high", "low"])
    .optional()
    .describe("low: a pilot with volunteers, never pooled with real applications"),
});
export type CreateSessionRequest = z.infer<typeof createSessionRequestSchema>;

export const warningSchema = z.object({ code: z.string(), detail: z.string() });

export const createSessionResponseSchema = z.object({
  access_token: z.string().describe("JWT; append it to url as a path part"),
  url: z.string().describe("<PUBLIC_URL>/psychometrics"),
  session_id: z.string().describe("Our name of the session"),
  expires_at: z.int().describe("Epoch seconds; the same for every token of this run"),
  link: z.string().describe("Short URL that opens the same journey"),
  warnings: z.array(warningSchema).describe("Things to look at that did not stop the creation"),
});
export type CreateSessionResponse = z.infer<typeof createSessionResponseSchema>;

/** Claims of the access token. It only carries the session; the session's state decides. */
export const accessTokenClaimsSchema = z.object({
  uid: z.string(),
  company_id: z.string(),
  integration_id: z.string(),
  url: z.string(),
  exp: z.int(),
  sid: z.string(),
  run: z.int(),
});
export type AccessTokenClaims = z.infer<typeof accessTokenClaimsSchema>;

export const errorResponseSchema = z.object({
  detail: z.string(),
  code: z.string(),
  request_id: z.string(),
});

export const sampleWebhookRequestSchema = z.strictObject({
  type: z.enum(EVENT_TYPES).describe("Which event"),
});

export const webhookTestOkSchema = z.object({
  webhook_receiver_status_code: z.int(),
  detail: z.string(),
});
export const webhookTestRefusedSchema = z.object({
  detail: z.object({
    webhook_receiver_status_code: z.int(),
    webhook_receiver_body_content: z.string(),
  }),
});
export const webhookTestErrorSchema = z.object({ detail: z.string() });
