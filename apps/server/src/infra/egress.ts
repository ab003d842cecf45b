import { lookup as resolve, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";

import { Agent, buildConnector, type Dispatcher } from "undici";

import { type EgressConfig, isAllowedAddress, isExemptAddress } from "./egress-rules.ts";

/**
 * The only way out for requests to addresses that someone else chose. Decides on the address a connection really has:
 * a name is resolved once, every address is judged, and the socket is asked again before a byte is sent.
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
  readonly durationMs: number;
}

/** Name, route, TLS or the guard: deliberately one text, or the answer would map the operator's network. */
export interface NoConnection {
  readonly kind: "no_connection";
  readonly error: string;
  readonly durationMs: number;
}

export interface NoAnswer {
  readonly kind: "no_answer";
  readonly error: string;
  readonly durationMs: number;
}

export const MAX_ANSWER_BYTES = 16_384;
const CONNECT_TIMEOUT_MS = 10_000;
// A connection lives this long at most, so that a moved name is followed.
const KEEP_ALIVE_MAX_MS = 60_000;

type Judge = (address: string) => boolean;

export function createEgress(config: EgressConfig): Egress {
  const allowed: Judge = (address) => isAllowedAddress(config, address);
  const exempt: Judge = (address) => isExemptAddress(config, address);
  const agents = {
    any: guardedAgent({ plain: allowed, secure: allowed }),
    tlsOnly: guardedAgent({ plain: exempt, secure: allowed }),
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
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  try {
    const url = new URL(request.url);
    // undici follows no redirect unless told to: a 3xx is an answer like any other.
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body }),
      signal,
    });
    const body = await readBounded(response.body);
    const headers = flattened(response.headers);
    return { kind: "answered", status: response.statusCode, headers, body, durationMs: durationMs() };
  } catch (error) {
    if (error instanceof ConnectFailure) {
      return { kind: "no_connection", error: cannotConnect(request.url), durationMs: durationMs() };
    }
    const seconds = request.timeoutMs / 1000;
    const text = signal.aborted ? `No answer within ${seconds} s` : "The connection broke before an answer";
    return { kind: "no_answer", error: text, durationMs: durationMs() };
  }
}

export function cannotConnect(url: string): string {
  return `Cannot connect to host ${new URL(url).hostname}`;
}

/** The status line decides what an answer means; a body that breaks off or never ends changes nothing about it. */
async function readBounded(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    // Leaving the loop early destroys the stream and with it the connection: the rest is not worth its traffic.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // Broken off or out of time: what arrived is kept.
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString("utf8");
  return text.replaceAll("\0", "\u{fffd}"); // PostgreSQL's text can not hold NUL.
}

function flattened(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}

/** Nothing was sent yet when this happened. */
class ConnectFailure extends Error {
  constructor(cause: unknown) {
    super("could not connect", { cause });
    this.name = "ConnectFailure";
  }
}

function guardedAgent(judges: { readonly plain: Judge; readonly secure: Judge }): Agent {
  const plain = guardedConnector(judges.plain);
  const secure = guardedConnector(judges.secure);
  return new Agent({
    connect: (options, callback) => (options.protocol === "https:" ? secure : plain)(options, callback),
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
  });
}

function guardedConnector(isAllowed: Judge): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup(isAllowed) });
  return (options, callback) => {
    // A literal address is never looked up.
    const literal = options.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isAllowed(literal)) {
      queueMicrotask(() => callback(new ConnectFailure("address refused"), null));
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(new ConnectFailure(error), null);
      if (isAllowed(addressOf(socket))) return callback(null, socket);
      socket.destroy();
      callback(new ConnectFailure("connected address refused"), null);
    });
  };
}

function addressOf(socket: Socket): string {
  return socket.remoteAddress ?? "";
}

/** Offers the connection only the addresses that pass, so that no packet goes to the others. */
function guardedLookup(isAllowed: Judge): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, "", 0);
      const passing = addresses.filter(({ address }) => isAllowed(address));
      const [first] = passing;
      if (first === undefined) return callback(new Error("every address refused"), "", 0);
      if (options.all === true) callback(null, passing);
      else callback(null, first.address, first.family);
    });
  };
}
