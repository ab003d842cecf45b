import { setTimeout as sleep } from "node:timers/promises";

import { TallystickApiError, TallystickConnectionError } from "@tallystick/client";
import { z } from "zod";

/** The events of one environment in the order of `GET /v1/events`, for as long as somebody listens. */

/** Members that this command does not know are left alone. */
const pageSchema = z.object({
  items: z.array(
    z.object({
      event_id: z.string(),
      type: z.string(),
      /** Epoch seconds. */
      created_at: z.number(),
      session_id: z.string().nullable(),
      /** The webhook byte for byte; null once it was erased. */
      body: z.string().nullable(),
    }),
  ),
  next: z.string(),
});

export type FeedEvent = z.output<typeof pageSchema>["items"][number];
/** One whose content is still there. */
export type WholeEvent = FeedEvent & { readonly body: string };

export interface Feed {
  /** An origin. */
  readonly server: string;
  readonly apiKey: string;
  /** Also what happened before; otherwise the first event is one that comes from now on. */
  readonly fromStart: boolean;
  readonly stop: AbortSignal;
  readonly onEvent: (event: FeedEvent) => Promise<void>;
  /** All that was there is read; so many were passed over. */
  readonly onReady: (passedOver: number) => void;
  /** A request failed; the next one follows after so many milliseconds. */
  readonly onTrouble: (error: unknown, waitMs: number) => void;
  /** Between two looks when nothing came; default 1 s. */
  readonly pollMs?: number;
}

const POLL_MS = 1_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 15_000;
/** Waiting changes nothing about these, unless the server has answered before. */
const HOPELESS = new Set([400, 401, 403, 404, 405]);

interface Place {
  readonly after: string | null;
  readonly isReady: boolean;
  readonly passedOver: number;
}

/** Resolves when stopped. Throws only when the first request is refused for good: a wrong key or address. */
export async function follow(feed: Feed): Promise<void> {
  const { stop, pollMs = POLL_MS } = feed;
  let place: Place = { after: null, isReady: feed.fromStart, passedOver: 0 };
  let hasWorked = false;
  let failures = 0;
  while (!stop.aborted) {
    try {
      const next = await step(feed, place);
      hasWorked = true;
      failures = 0;
      const isIdle = next.after === place.after;
      place = next;
      if (isIdle) await pause(pollMs, stop);
    } catch (error) {
      if (stop.aborted) return;
      if (!hasWorked && error instanceof TallystickApiError && HOPELESS.has(error.status)) throw error;
      const waitMs = waitAfter(error, failures++);
      feed.onTrouble(error, waitMs);
      await pause(waitMs, stop);
    }
  }
}

/** Reads one page. A cursor that stays where it was means that there is nothing more for now. */
async function step(feed: Feed, place: Place): Promise<Place> {
  const { items, next } = await readPage(feed, place.after);
  const after = items.length === 0 ? place.after : next;
  if (place.isReady) {
    for (const event of items) if (!feed.stop.aborted) await feed.onEvent(event);
    return { ...place, after };
  }
  const isReady = after === place.after;
  if (isReady) feed.onReady(place.passedOver);
  return { after, isReady, passedOver: place.passedOver + items.length };
}

async function readPage(feed: Feed, after: string | null): Promise<z.output<typeof pageSchema>> {
  const url = new URL("/v1/events", feed.server);
  if (after !== null) url.searchParams.set("after", after);
  const signal = AbortSignal.any([feed.stop, AbortSignal.timeout(TIMEOUT_MS)]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { headers: { "api-key": feed.apiKey }, redirect: "manual", signal });
    text = await response.text();
  } catch (cause) {
    throw new TallystickConnectionError(`No answer from ${url.host}`, cause);
  }
  const body = parsed(text);
  const page = pageSchema.safeParse(body);
  if (response.status === 200 && page.success) return page.data;
  throw new TallystickApiError({ status: response.status, body, retryAfter: response.headers.get("retry-after") });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function waitAfter(error: unknown, failures: number): number {
  const askedMs = error instanceof TallystickApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.min(LONGEST_WAIT_MS, Math.max(askedMs, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)));
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  // Being stopped ends the wait, and the caller looks at `stop` itself.
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
