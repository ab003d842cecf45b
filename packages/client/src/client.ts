import { createHmac } from "node:crypto";

import { isRecord, TallystickApiError, TallystickConnectionError } from "./errors.ts";
import { events, getResult, listResults, notOurs, type EventsOptions, type Get, type ListOptions } from "./reading.ts";
import type {
  CreateSessionRequest,
  CreateSessionResponse,
  FeedEvent,
  ResultFilter,
  ResultRecord,
  Session,
  SessionName,
  WebhookEvent,
  WebhookTestResult,
} from "./types.ts";

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
   * Where a session stands. This and all calls below need `apiKey`.
   * @throws TallystickApiError `session_unknown` when this environment has none of this name
   */
  status(name: SessionName): Promise<Session>;
  /**
   * Lets the applicant of a journey that expired, was cancelled or left incomplete start again. Then create the session
   * once more for a fresh token, or send `link`. Repeating the call before the journey is opened is safe.
   * @throws TallystickApiError `session_not_reopenable`
   */
  reopen(name: SessionName): Promise<Session>;
  /**
   * Ends a journey that is still open. Repeating the call is safe.
   * @throws TallystickApiError `session_not_cancellable` when it had ended otherwise
   */
  cancel(name: SessionName): Promise<Session>;
  /**
   * A session and its result as it was sent, with how its last webhook was delivered. Null when this environment has no
   * session of this name. By uid, the uid stands in the address; by session id it does not.
   */
  getResult(name: SessionName): Promise<ResultRecord | null>;
  /**
   * Sessions and their results, newest first, page after page as you take them.
   *
   * @example
   * for await (const { uid, result } of tallystick.listResults({ completed_from: midnight })) compare(uid, result);
   */
  listResults(filter?: ResultFilter, options?: ListOptions): AsyncIterable<ResultRecord>;
  /**
   * Every event behind the cursor, oldest first, and ends when there is no more for now. Null: from the first event on.
   * Store `event.cursor` when you have dealt with an event and go on from there next time; none is ever skipped.
   *
   * @example
   * for await (const event of tallystick.events(await loadCursor())) {
   *   await handle(event.event_id, event.webhook);
   *   await saveCursor(event.cursor);
   * }
   * @throws TallystickApiError `cursor_invalid` for a cursor of another environment, or of before a backup was restored
   */
  events(cursor: string | null, options?: EventsOptions): AsyncIterable<FeedEvent>;
  /**
   * Has a real, signed event sent to your webhook URL. Needs `apiKey`.
   * @throws TallystickApiError with the receiver's answer in `body`
   */
  sendTestWebhook(): Promise<WebhookTestResult>;
  /**
   * The same with an event of your choice: uid `TEST-WEBHOOK-00000`, example values, nothing is stored. It comes once, under
   * an id of its own, so that your endpoint can be tried with every event it will get.
   *
   * @example
   * await tallystick.sendSampleWebhook("application.expired");
   * @throws TallystickApiError with the receiver's answer in `body`
   */
  sendSampleWebhook(type: WebhookEvent["type"]): Promise<WebhookTestResult>;
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
  const manage = async (act: "status" | "reopen" | "cancel", name: SessionName): Promise<Session> => {
    const headers = { "content-type": "application/json", "api-key": keyFor(act, options) };
    const answer = await send(`${baseUrl}/v1/sessions-management/${act}`, { body: JSON.stringify(name), headers });
    if (!isRecord(answer) || typeof answer["state"] !== "string") throw notOurs(answer);
    return answer as unknown as Session;
  };
  const get =
    (call: string): Get =>
    (path) =>
      send(`${baseUrl}${path}`, { method: "GET", headers: { "api-key": keyFor(call, options) } });
  return {
    getResult: async (name) => getResult(get("getResult"), name),
    listResults: (filter = {}, how) => listResults(get("listResults"), filter, how),
    events: (cursor, how) => events(get("events"), cursor, how),
    status: (name) => manage("status", name),
    reopen: (name) => manage("reopen", name),
    cancel: (name) => manage("cancel", name),
    async createSession(request, { idempotencyKey, signal } = {}) {
      const body = JSON.stringify(request);
      const headers: Record<string, string> = { "content-type": "application/json", ...credentials(options, body) };
      if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
      const answer = await send(`${baseUrl}/v1/sessions-management/tokens`, { body, headers, signal });
      if (!isRecord(answer) || typeof answer["access_token"] !== "string") throw notOurs(answer);
      return answer as unknown as CreateSessionResponse;
    },
    async sendTestWebhook() {
      const headers = { "api-key": keyFor("sendTestWebhook", options) };
      return testResult(await send(`${baseUrl}/v1/webhooks-management/test`, { headers }));
    },
    async sendSampleWebhook(type) {
      const headers = { "content-type": "application/json", "api-key": keyFor("sendSampleWebhook", options) };
      const body = JSON.stringify({ type });
      return testResult(await send(`${baseUrl}/v1/webhooks-management/sample`, { headers, body }));
    },
  };
}

function testResult(answer: unknown): WebhookTestResult {
  if (!isRecord(answer) || typeof answer["webhook_receiver_status_code"] !== "number") throw notOurs(answer);
  return answer as unknown as WebhookTestResult;
}

function keyFor(call: string, options: ClientOptions): string {
  if (options.apiKey === undefined) throw new TypeError(`${call} needs a client with an apiKey`);
  return options.apiKey;
}

function credentials(options: ClientOptions, body: string): Record<string, string> {
  if (options.apiKey !== undefined) return { "api-key": options.apiKey };
  return { "x-signature": createHmac("sha512", options.signingKey).update(body).digest("hex") };
}

interface Call {
  /** Default POST. */
  readonly method?: "GET";
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
        method: call.method ?? "POST",
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
