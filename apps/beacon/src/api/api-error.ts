import type { ErrorCode } from "@tallystick/contract";

/** `offline`: no answer came. `unreadable`: something on the way answered instead of the server. */
export type ApiErrorCode = ErrorCode | "offline" | "unreadable";

interface Facts {
  readonly code: ApiErrorCode;
  readonly detail: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** To be found in the server's log; null without an answer. */
  readonly requestId: string | null;
  /** The server asked to wait so many seconds. */
  readonly retryAfterS: number | null;
}

/** A call that did not do what it should: the server's own code and sentence. */
export class ApiError extends Error implements Facts {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly detail: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfterS: number | null;

  constructor(facts: Facts) {
    super(`${facts.code}: ${facts.detail}`);
    this.code = facts.code;
    this.detail = facts.detail;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryAfterS = facts.retryAfterS;
  }
}

/** Worth trying again without a change: the network or the server, not the question. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);
}

export function hasCode(error: unknown, ...codes: readonly ApiErrorCode[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}

interface ErrorBody {
  readonly detail?: unknown;
  readonly code?: unknown;
  readonly request_id?: unknown;
}

/** What the server said about a call it refused. */
export async function readError(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const known = { status: response.status, retryAfterS: Number.isFinite(seconds) ? seconds : null };
  const body = await response.json().then(
    (value: unknown) => (typeof value === "object" && value !== null ? (value as ErrorBody) : {}),
    (): ErrorBody => ({}),
  );
  if (typeof body.code !== "string") {
    const detail = `The answer (status ${response.status}) was not Tallystick's. A proxy on the way may have answered.`;
    return new ApiError({ ...known, code: "unreadable", detail, requestId: null });
  }
  return new ApiError({
    ...known,
    code: body.code as ErrorCode,
    detail: typeof body.detail === "string" ? body.detail : body.code,
    requestId: typeof body.request_id === "string" ? body.request_id : null,
  });
}
