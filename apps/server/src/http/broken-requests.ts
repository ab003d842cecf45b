import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import type { ErrorCode } from "@tallystick/contract";

import { errorBody, statusOf } from "./error-handler.ts";

const ANSWERS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "The headers are larger than 16 KiB together."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request did not arrive completely in time."],
};

/** Answers what never became a request: bytes that are not HTTP, too many headers, a request that does not end. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] =
    ANSWERS[error.code ?? ""] ?? (["request_malformed", "This is not a valid HTTP request."] as const);
  const body = errorBody(code, detail, randomUUID());
  const status = statusOf(code);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
