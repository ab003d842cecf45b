export { createClient, type Client, type ClientOptions, type CreateSessionOptions } from "./client.ts";
export {
  TallystickApiError,
  TallystickConnectionError,
  WebhookVerificationError,
  type WebhookRefusal,
} from "./errors.ts";
export type {
  Calculated,
  CreateSessionRequest,
  CreateSessionResponse,
  Delivery,
  EndReason,
  FeedEvent,
  ResultFilter,
  ResultRecord,
  RiskBand,
  Session,
  SessionName,
  WebhookBody,
  WebhookEvent,
  WebhookTestResult,
} from "./types.ts";
export type { EventsOptions, ListOptions } from "./reading.ts";
export { verifyWebhook, type VerifiedWebhook, type VerifyWebhookOptions, type WebhookHeaders } from "./webhook.ts";
