import { pino, type DestinationStream, type Logger, type SerializedError } from "pino";

import { withoutSecrets } from "./redaction.ts";

export type { Logger } from "pino";

/**
 * JSON lines on stderr, which leaves stdout to what a command prints. Keys, tokens, uids and payloads stay out: requests
 * are reduced to their route pattern, database failures to their code, and well-known members are removed wherever a
 * caller puts them by mistake.
 */
export function createLogger(config: { readonly logLevel: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: { req: describeRequest, res: describeReply, err: describeError },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}

interface RequestLike {
  readonly id?: unknown;
  readonly method?: string;
  readonly routeOptions?: { readonly url?: string };
}

function describeRequest(request: RequestLike): object {
  return { id: request.id, method: request.method, route: request.routeOptions?.url ?? null };
}

function describeReply(reply: { readonly statusCode?: number }): object {
  return { status: reply.statusCode };
}

/** PostgreSQL quotes values in its messages ("invalid input syntax for type integer: …"): only its code is kept. */
export function describeError(error: unknown): SerializedError | object {
  if (!(error instanceof Error)) return { message: typeof error };
  const fromDatabase = "severity" in error && "code" in error;
  const message = fromDatabase ? `PostgreSQL ${String(error.code)}` : quotesInput(error) ? error.name : error.message;
  return {
    type: error.name,
    message,
    ...("code" in error ? { code: error.code } : {}),
    ...(fromDatabase && "constraint" in error ? { constraint: error.constraint } : {}),
    stack: frames(error),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

/** JSON.parse shows a piece of what it could not read. */
function quotesInput(error: Error): boolean {
  return error instanceof SyntaxError;
}

/** The stack repeats the message in its first lines; the frames alone tell where. */
function frames(error: Error): string {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
}
