/** The server answered, and the answer is a refusal. Act on `code`; `detail` is for people. */
export class TallystickApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Stable code of the error table, e.g. `uid_already_used`; `unknown` when the answer was not the server's own. */
  readonly code: string;
  readonly detail: string;
  /** Names this call in the server's log. */
  readonly requestId: string | null;
  /** Seconds to wait before the next try, where the server names them. */
  readonly retryAfterSeconds: number | null;
  /** The whole answer, parsed where it is JSON. */
  readonly body: unknown;

  constructor(answer: { status: number; body: unknown; retryAfter: string | null }) {
    const members = isRecord(answer.body) ? answer.body : {};
    const code = typeof members["code"] === "string" ? members["code"] : "unknown";
    const detail = typeof members["detail"] === "string" ? members["detail"] : `HTTP ${answer.status}`;
    super(`${code}: ${detail}`);
    this.name = "TallystickApiError";
    this.status = answer.status;
    this.code = code;
    this.detail = detail;
    this.requestId = typeof members["request_id"] === "string" ? members["request_id"] : null;
    const seconds = answer.retryAfter === null ? Number.NaN : Number(answer.retryAfter);
    this.retryAfterSeconds = Number.isFinite(seconds) ? seconds : null;
    this.body = answer.body;
  }
}

/** No answer: no connection, a broken one, or none in time. Creating a session again is safe. */
export class TallystickConnectionError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "TallystickConnectionError";
  }
}

export type WebhookRefusal =
  | "signature_missing"
  | "signature_wrong"
  | "timestamp_missing"
  | "timestamp_out_of_tolerance"
  | "body_invalid";

/** Not a webhook of your environment, or not as it was sent. Answer 401 and do nothing else. */
export class WebhookVerificationError extends Error {
  readonly reason: WebhookRefusal;

  constructor(reason: WebhookRefusal, message: string) {
    super(message);
    this.name = "WebhookVerificationError";
    this.reason = reason;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
