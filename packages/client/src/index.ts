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
  EndReason,
  RiskBand,
  Session,
  SessionName,
  WebhookBody,
  WebhookEvent,
  WebhookTestResult,
} from "./types.ts";
export { verifyWebhook, type VerifiedWebhook, type VerifyWebhookOptions, type WebhookHeaders } from "./webhook.ts";
