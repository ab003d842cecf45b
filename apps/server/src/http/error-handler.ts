import { ERRORS, type ErrorCode } from "@tallystick/contract";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { AppError, fail } from "../infra/errors.ts";

/** Turns whatever was thrown into one of the table's answers; what is not ours keeps its text in the log. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    void answerError(error, request, reply);
  });
}

/** `{"detail", "code", "request_id"}` and what the error adds; never a stack, never the caller's own text. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof AppError ? error : fromFramework(error);
  if (known.status >= 500) {
    const cause = error instanceof AppError ? error.cause : error;
    request.log.error({ requestId: request.id, code: known.code, err: cause }, "request failed");
  }
  return reply
    .code(known.status)
    .headers({ "cache-control": "no-store", ...known.headers })
    .send({ detail: known.message, code: known.code, request_id: request.id, ...known.extra });
}

const FRAMEWORK_ANSWERS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["payload_too_large", "The body is larger than this address takes."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type", "Send Content-Type: application/json."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["body_invalid", "The body is empty; send a JSON object."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["body_invalid", "The body is not valid JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["request_malformed", "The body ended before or after its Content-Length."],
  FST_ERR_BAD_URL: ["request_malformed", "The address contains a broken percent sign or character."],
  FST_ERR_MAX_PARAM_LENGTH: ["not_found", "Nothing is here."],
  FST_ERR_NOT_FOUND: ["not_found", "Nothing is here."],
};

function fromFramework(error: unknown): AppError {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const answer = FRAMEWORK_ANSWERS[code];
  if (answer) return fail(answer[0], answer[1], { cause: error });
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return fail("request_malformed", "The request can not be read.", { cause: error });
  }
  return fail("internal_error", "Something failed on our side. The request_id names it in the log.", { cause: error });
}

/** The same shape as text, for answers below the framework. */
export function errorBody(code: ErrorCode, detail: string, requestId: string): string {
  return JSON.stringify({ detail, code, request_id: requestId });
}

export function statusOf(code: ErrorCode): number {
  return ERRORS[code].status;
}
