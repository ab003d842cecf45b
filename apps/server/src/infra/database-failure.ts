import { AppError, fail } from "./errors.ts";

/**
 * Failures that say nothing about the statement: the server is away, restarting, full or overloaded. The caller may
 * send the same request again, so they become `unavailable`; everything else stays what it is.
 */
const TRANSIENT_STATES = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "53000",
  "53100",
  "53200",
  "53300", // insufficient resources: disk full, out of memory, too many connections
  "55P03", // lock_not_available
  "57014", // query_canceled: the statement's time limit
  "57P03", // not accepting connections yet
  "58030", // io_error
]);

/** The server's last words on a connection. */
const FAREWELL_STATES = new Set([
  "57P01",
  "57P02", // shutdown or an administrator, crash of another session
  "57P05", // idle session timeout
  "25P03", // idle_in_transaction_session_timeout
]);

const TRANSIENT_SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

// pg gives these no code.
const SILENCE_TEXT = /^Query read timeout/;
const TRANSIENT_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|Client was closed)/;

export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (isFarewell(error) || TRANSIENT_STATES.has(code) || TRANSIENT_SYSTEM.has(code)) return true;
  return TRANSIENT_TEXT.test(error.message);
}

/** A statement failed because its session is over. The connection's own 'error' event may come a moment later. */
export function isFarewell(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith("08") || FAREWELL_STATES.has(code);
}

/** The client has given up waiting: the session may hang on a network that swallows everything. */
export function isSilence(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof Error && SILENCE_TEXT.test(cause.message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function databaseFailure(error: unknown): unknown {
  if (error instanceof AppError || !isTransient(error)) return error;
  return fail("unavailable", "The database can not answer right now. Send the same request again in a second.", {
    headers: { "Retry-After": "1" },
    cause: error,
  });
}
