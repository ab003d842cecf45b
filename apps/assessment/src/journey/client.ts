import type { JourneyCall } from "../page-contract.ts";

/** Passes by itself: no answer came, or one that asks to come again. */
export type PassingFailure =
  | { readonly kind: "away" }
  | { readonly kind: "busy"; readonly retryAfterMs: number | null };

/** Why a call did not succeed; `refused` is an answer to act on. */
export type Failure =
  | PassingFailure
  | { readonly kind: "refused"; readonly code: string; readonly extra: Readonly<Record<string, unknown>> };

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: Failure };

/** One attempt at one call; never throws, never retries. `body` is the JSON text, so that a repetition is the same bytes. */
export type CallJourney = (call: JourneyCall, body: string) => Promise<Outcome>;

export interface ClientOptions {
  /** `/play/<session id>/` */
  readonly journeyApi: string;
  /** From the address's fragment; lives in memory only. */
  readonly token: string | null;
  /** The page's own request came without the cookie, so calls will too. */
  readonly cookieRefused: boolean;
  readonly fetch: typeof fetch;
}

export const JOURNEY_HEADER = "tallystick-journey";
const TIMEOUT_MS = 20_000;
/** Browsers cap the bytes that may outlive a page at 64 KiB over all requests. */
const KEEPALIVE_BYTES = 30_000;

export function createClient(options: ClientOptions): CallJourney {
  let sendToken = options.cookieRefused;
  return async function call(name, body): Promise<Outcome> {
    const outcome = await post(options, { name, body, token: sendToken ? options.token : null });
    // The cookie went away after the page was loaded (cleared, partitioned): the fragment's token still proves the journey.
    if (!outcome.ok && !sendToken && options.token !== null && isUnknown(outcome.failure)) {
      sendToken = true;
      return call(name, body);
    }
    return outcome;
  };
}

function isUnknown(failure: Failure): boolean {
  return failure.kind === "refused" && failure.code === "journey_unknown";
}

interface Posting {
  readonly name: JourneyCall;
  readonly body: string;
  readonly token: string | null;
}

async function post(options: ClientOptions, posting: Posting): Promise<Outcome> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, TIMEOUT_MS);
  try {
    const response = await options.fetch(options.journeyApi + posting.name, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(posting.token === null ? {} : { [JOURNEY_HEADER]: posting.token }),
      },
      body: posting.body,
      credentials: "same-origin",
      cache: "no-store",
      keepalive: posting.body.length < KEEPALIVE_BYTES,
      signal: abort.signal,
    });
    return await read(response);
  } catch {
    return { ok: false, failure: { kind: "away" } };
  } finally {
    clearTimeout(timer);
  }
}

async function read(response: Response): Promise<Outcome> {
  if (response.status === 204) return { ok: true, value: null };
  if (response.status === 429 || response.status >= 500) {
    return { ok: false, failure: { kind: "busy", retryAfterMs: retryAfterMs(response) } };
  }
  const value: unknown = await response.json();
  if (response.ok) return { ok: true, value };
  const { code, ...extra } = isRecord(value) ? value : {};
  return {
    ok: false,
    failure: { kind: "refused", code: typeof code === "string" ? code : "not_found", extra },
  };
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 60) * 1000 : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
