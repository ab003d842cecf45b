/**
 * Why nothing came of a request, for the operator's log and metrics. Never for the lender, to whom every one of the
 * first group is the same text: the difference would map the operator's network.
 */
export type ConnectReason =
  /** The guard: no address of the host may be reached, or the URL names no host at all. */
  "refused" | "name" | "name_timeout" | "connect" | "connect_timeout" | "tls" | "tls_timeout";

export type AnswerReason =
  /** The connection stood and the time ran out before a status line. */
  | "first_byte_timeout"
  | "broken"
  /** This process ends. */
  | "stopped";

/** Nothing was sent yet when this happened. */
export class ConnectFailure extends Error {
  readonly reason: ConnectReason;

  constructor(reason: ConnectReason, cause?: unknown) {
    super(`could not connect: ${reason}`, { cause });
    this.name = "ConnectFailure";
    this.reason = reason;
  }
}

/** `phase` is the one that was under way when the socket failed. */
export function connectFailure(error: unknown, phase: "connect" | "tls"): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  const isTimeout = error instanceof Error && "code" in error && TIMEOUT_CODES.has(String(error.code));
  return new ConnectFailure(isTimeout ? `${phase}_timeout` : phase, error);
}

const TIMEOUT_CODES = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);
