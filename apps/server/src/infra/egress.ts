import { isIP, type Socket } from "node:net";

import { Agent, buildConnector } from "undici";

import { exchange, type Interruption } from "./egress-exchange.ts";
import { type AnswerReason, ConnectFailure, connectFailure, type ConnectReason } from "./egress-failure.ts";
import { createGuardedLookup, type GuardedLookup, type Judge, type Resolve, systemResolve } from "./egress-names.ts";
import { type EgressConfig, isAllowedAddress, isExemptAddress } from "./egress-rules.ts";

/**
 * The only way out for requests to addresses that someone else chose. Decides on the address a connection really has:
 * every address of a name is judged for each connection, and the socket is asked again before a byte is sent.
 */
export interface Egress {
  /** Never throws for what the other side does or does not do: that is an outcome. */
  post(request: OutgoingPost): Promise<Outcome>;
  /** Asks whether something answers there. A redirect is an answer, never followed. */
  look(request: OutgoingLook): Promise<Outcome>;
  close(): Promise<void>;
}

export interface OutgoingLook {
  readonly method: "GET" | "HEAD";
  /** http or https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For connecting, sending and reading together. */
  readonly timeoutMs: number;
}

export interface OutgoingPost extends Omit<OutgoingLook, "method"> {
  readonly body: string;
  /** Plain http then reaches only what the operator exempted. */
  readonly requireTls: boolean;
  /** Ends the request early; the outcome is then `no_answer`. */
  readonly signal?: AbortSignal;
}

export type Outcome = Answered | NoConnection | NoAnswer;

export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most MAX_ANSWER_BYTES, as UTF-8; what did not arrive in time or lies beyond is missing. */
  readonly body: string;
  /** The whole time ran out, or the connection broke, while the body was still coming; null: it came whole or was long enough. */
  readonly cutOff: "total_timeout" | "body_broken" | null;
  readonly durationMs: number;
}

/** Name, route, TLS or the guard: deliberately one text, or the answer would map the operator's network. */
export interface NoConnection {
  readonly kind: "no_connection";
  readonly error: string;
  /** For the operator alone. */
  readonly reason: ConnectReason;
  readonly durationMs: number;
}

export interface NoAnswer {
  readonly kind: "no_answer";
  readonly error: string;
  readonly reason: AnswerReason;
  readonly durationMs: number;
}

// A connection lives this long at most, so that a moved name is followed.
const KEEP_ALIVE_MAX_MS = 60_000;

export interface EgressOptions {
  /** Default: as the operating system does. */
  readonly resolve?: Resolve;
  readonly phases?: Partial<PhaseLimits>;
}

/** Milliseconds; together less than the 15 s of a webhook, so that each can be told from an answer that never came. */
export interface PhaseLimits {
  readonly name: number;
  /** From the beginning, the name included. */
  readonly connect: number;
  readonly tls: number;
}

const PHASES: PhaseLimits = { name: 5_000, connect: 9_000, tls: 5_000 };

export function createEgress(config: EgressConfig, options: EgressOptions = {}): Egress {
  const phases = { ...PHASES, ...options.phases };
  const way = { phases, lookup: createGuardedLookup(options.resolve ?? systemResolve, phases.name) };
  const allowed: Judge = (address) => isAllowedAddress(config, address);
  const exempt: Judge = (address) => isExemptAddress(config, address);
  const agents = {
    any: guardedAgent(way, { plain: allowed, secure: allowed }),
    tlsOnly: guardedAgent(way, { plain: exempt, secure: allowed }),
  };
  return {
    post: (request) => ask(request.requireTls ? agents.tlsOnly : agents.any, { ...request, method: "POST" }),
    look: (request) => ask(agents.any, request),
    close: async () => {
      await Promise.all([agents.any.destroy(), agents.tlsOnly.destroy()]);
    },
  };
}

interface Request extends Omit<OutgoingLook, "method"> {
  readonly method: "GET" | "HEAD" | "POST";
  readonly body?: string;
  readonly signal?: AbortSignal;
}

async function ask(agent: Agent, request: Request): Promise<Outcome> {
  const startedAt = performance.now();
  const durationMs = (): number => Math.round(performance.now() - startedAt);
  const url = hostedUrl(request.url);
  if (url === null) return noConnection(request.url, "refused", durationMs());
  const { method, headers, body } = request;
  // A redirect is never followed: a 3xx is an answer like any other. The limit on the whole is the only one on answers.
  const options = { origin: url.origin, path: url.pathname + url.search, method, headers, ...NO_OTHER_LIMITS };
  const exchanged = await exchange(agent, {
    options: body === undefined ? options : { ...options, body },
    timeoutMs: request.timeoutMs,
    stop: request.signal,
  });
  if (exchanged.kind === "received") {
    const { status, headers: answered, body: text, cutOff: by } = exchanged;
    const cutOff = by === null ? null : by === "timeout" ? "total_timeout" : "body_broken";
    return { kind: "answered", status, headers: answered, body: text, cutOff, durationMs: durationMs() };
  }
  const { by, error } = exchanged;
  if (error instanceof ConnectFailure) return noConnection(request.url, error.reason, durationMs());
  const seconds = request.timeoutMs / 1000;
  const text = by === "connection" ? "The connection broke before an answer" : `No answer within ${seconds} s`;
  return { kind: "no_answer", error: text, reason: ANSWER_REASONS[by], durationMs: durationMs() };
}

const NO_OTHER_LIMITS = { headersTimeout: 0, bodyTimeout: 0 };
const ANSWER_REASONS: Readonly<Record<Interruption, AnswerReason>> = {
  timeout: "first_byte_timeout",
  stop: "stopped",
  connection: "broken",
};

function noConnection(url: string, reason: ConnectReason, durationMs: number): NoConnection {
  return { kind: "no_connection", error: cannotConnect(url), reason, durationMs };
}

/** What went wrong on the way, for log and metrics; null: nothing did, whatever the status says. */
export function troubleOf(outcome: Outcome): ConnectReason | AnswerReason | Answered["cutOff"] {
  return outcome.kind === "answered" ? outcome.cutOff : outcome.reason;
}

/** null for what leads to no host by http. */
function hostedUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

export function cannotConnect(url: string): string {
  return `Cannot connect to host ${URL.canParse(url) ? new URL(url).hostname : "without a name"}`;
}

interface Way {
  readonly phases: PhaseLimits;
  readonly lookup: GuardedLookup;
}

function guardedAgent(way: Way, judges: { readonly plain: Judge; readonly secure: Judge }): Agent {
  const plain = guardedConnector(way, judges.plain);
  const secure = secured(guardedConnector(way, judges.secure), way.phases.tls);
  return new Agent({
    connect: (options, callback) => (options.protocol === "https:" ? secure : plain)(options, callback),
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
  });
}

/** Opens the TCP connection alone, whatever is to be spoken on it. */
function guardedConnector({ phases, lookup }: Way, isAllowed: Judge): buildConnector.connector {
  const connect = buildConnector({ timeout: phases.connect, lookup: lookup(isAllowed) });
  return (options, callback) => {
    // A literal address is never looked up.
    const literal = options.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isAllowed(literal)) {
      queueMicrotask(() => callback(new ConnectFailure("refused"), null));
      return;
    }
    const port = options.port === "" ? (options.protocol === "https:" ? "443" : "80") : options.port;
    connect({ ...options, protocol: "http:", port }, (...[error, socket]) => {
      if (error !== null) return callback(connectFailure(error, "connect"), null);
      if (isAllowed(addressOf(socket))) return callback(null, socket);
      socket.destroy();
      callback(new ConnectFailure("refused"), null);
    });
  };
}

/** TLS begins on a connection that was judged: not even its first packet goes to an address that was refused. */
function secured(connect: buildConnector.connector, timeoutMs: number): buildConnector.connector {
  const shake = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    connect(options, (...[failure, httpSocket]) => {
      if (failure !== null) return callback(failure, null);
      shake({ ...options, httpSocket }, (...[error, socket]) => {
        if (error === null) return callback(null, socket);
        httpSocket.destroy();
        callback(connectFailure(error, "tls"), null);
      });
    });
  };
}

function addressOf(socket: Socket): string {
  return socket.remoteAddress ?? "";
}
