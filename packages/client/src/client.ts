import { createHmac } from "node:crypto";

import { isRecord, TallystickApiError, TallystickConnectionError } from "./errors.ts";
import type { CreateSessionRequest, CreateSessionResponse, WebhookTestResult } from "./types.ts";

interface CommonOptions {
  /** Where Tallystick answers, e.g. `https://assess.lender.example`. */
  readonly baseUrl: string;
  /** Default 10 000. */
  readonly timeoutMs?: number;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** `apiKey` is sent as the header `api-key`; `signingKey` never leaves your server, it signs each body instead. */
export type ClientOptions = CommonOptions &
  ({ readonly apiKey: string; readonly signingKey?: never } | { readonly signingKey: string; readonly apiKey?: never });

export interface CreateSessionOptions {
  /** Binds this call to its body for 24 h; another body under the same key is refused. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface Client {
  /**
   * Creates the session of a uid, or returns the one that is still open: repeating the call is safe.
   * @throws TallystickApiError when the server refuses, TallystickConnectionError when it does not answer
   */
  createSession(request: CreateSessionRequest, options?: CreateSessionOptions): Promise<CreateSessionResponse>;
  /**
   * Has a real, signed event sent to your webhook URL. Needs `apiKey`.
   * @throws TallystickApiError with the receiver's answer in `body`
   */
  sendTestWebhook(): Promise<WebhookTestResult>;
}

/**
 * A client for your server; it must never run where an applicant could read the key.
 *
 * @example
 * const tallystick = createClient({ baseUrl: "https://assess.lender.example", apiKey });
 * const session = await tallystick.createSession({ uid: "APP-1001", integration_id: integrationId });
 * redirect(session.link);
 */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const send = sender(options);
  return {
    async createSession(request, { idempotencyKey, signal } = {}) {
      const body = JSON.stringify(request);
      const headers: Record<string, string> = { "content-type": "application/json", ...credentials(options, body) };
      if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
      const answer = await send(`${baseUrl}/v1/sessions-management/tokens`, { body, headers, signal });
      if (!isRecord(answer) || typeof answer["access_token"] !== "string") throw notOurs(answer);
      return answer as unknown as CreateSessionResponse;
    },
    async sendTestWebhook() {
      if (options.apiKey === undefined) throw new TypeError("sendTestWebhook needs a client with an apiKey");
      const headers = { "api-key": options.apiKey };
      const answer = await send(`${baseUrl}/v1/webhooks-management/test`, { headers });
      if (!isRecord(answer) || typeof answer["webhook_receiver_status_code"] !== "number") throw notOurs(answer);
      return answer as unknown as WebhookTestResult;
    },
  };
}

function credentials(options: ClientOptions, body: string): Record<string, string> {
  if (options.apiKey !== undefined) return { "api-key": options.apiKey };
  return { "x-signature": createHmac("sha512", options.signingKey).update(body).digest("hex") };
}

interface Call {
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

function sender(options: ClientOptions): (url: string, call: Call) => Promise<unknown> {
  const doFetch = options.fetch ?? fetch;
  const timeoutMs = options.timeoutMs ?? 10_000;
  return async (url, call) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
    let response: Response;
    let text: string;
    try {
      response = await doFetch(url, {
        method: "POST",
        headers: call.headers,
        body: call.body ?? null,
        signal,
        redirect: "manual",
      });
      text = await response.text();
    } catch (cause) {
      const reason = timeout.aborted ? `No answer within ${timeoutMs} ms` : "No answer";
      throw new TallystickConnectionError(`${reason} from ${new URL(url).host}`, cause);
    }
    const body = parsed(text);
    if (response.status === 200) return body;
    throw new TallystickApiError({ status: response.status, body, retryAfter: response.headers.get("retry-after") });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function notOurs(body: unknown): TallystickApiError {
  return new TallystickApiError({ status: 200, body, retryAfter: null });
}
