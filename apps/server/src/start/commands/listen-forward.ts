import { verifyWebhook, WebhookVerificationError, type VerifiedWebhook } from "@tallystick/client";

import { signedHeaders } from "../../features/webhooks/service.ts";
import type { WholeEvent } from "./listen-feed.ts";

export interface Keys {
  readonly apiKey: string;
  /** `whsec_…`; without it the receiver gets `X-Signature` alone to verify with. */
  readonly webhookSecret: string | null;
}

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  /** What a receiver that verifies gets to see; a text says why it would refuse. */
  readonly webhook: VerifiedWebhook | string;
}

export type Forwarded =
  | { readonly status: number; readonly durationMs: number }
  | { readonly status: null; readonly error: string };

const TIMEOUT_MS = 15_000;

/** The headers that the server itself would send now, and the verdict of a receiver that checks them. */
export function sign(event: WholeEvent, { apiKey, webhookSecret }: Keys): Signed {
  const secrets = webhookSecret === null ? [] : [webhookSecret];
  const { event_id: eventId, body } = event;
  const timestamp = Math.floor(Date.now() / 1000);
  const { "webhook-signature": signature = "", ...rest } = signedHeaders(
    { apiKeys: { current: apiKey, next: null }, secrets },
    { eventId, timestamp, body },
  );
  const headers = signature === "" ? rest : { ...rest, "webhook-signature": signature };
  return { headers, webhook: verdict(event, headers, { apiKey, webhookSecret }) };
}

function verdict(
  event: WholeEvent,
  headers: Readonly<Record<string, string>>,
  { apiKey, webhookSecret }: Keys,
): VerifiedWebhook | string {
  try {
    const given = webhookSecret === null ? { apiKey } : { apiKey, secret: webhookSecret };
    const webhook = verifyWebhook({ body: event.body, headers, ...given });
    return webhook.event.type === event.type ? webhook : `the body says ${webhook.event.type}, the list ${event.type}`;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}

/** Never throws for what the receiver does: that is an outcome. Redirects are not followed, as the server follows none. */
export async function forward(
  to: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  stop: AbortSignal,
): Promise<Forwarded> {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { headers, body } = message;
    const signal = AbortSignal.any([timeout, stop]);
    const response = await fetch(to, { method: "POST", headers, body, redirect: "manual", signal });
    await response.body?.cancel();
    return { status: response.status, durationMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    if (timeout.aborted) return { status: null, error: `no answer within ${TIMEOUT_MS / 1000} s` };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: null, error: cause instanceof Error ? cause.message || "no connection" : String(cause) };
  }
}
