import { ERRORS, type ErrorCode } from "@tallystick/contract";

export interface FailOptions {
  /** Further members of the answer beside detail, code and request_id, e.g. `expected_seq`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A defined answer to a caller. Anything else that is thrown becomes `internal_error` and its text stays inside. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, detail: string, options: FailOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = ERRORS[code].status;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }
}

/** Reads as a sentence: `throw fail("uid_invalid", "uid has 4 characters; …")`. */
export function fail(code: ErrorCode, detail: string, options?: FailOptions): AppError {
  return new AppError(code, detail, options);
}
