import { isRecord, TallystickApiError } from "./errors.ts";
import type { FeedEvent, ResultFilter, ResultRecord, SessionName, WebhookBody } from "./types.ts";

/** Answers a GET below the base URL. */
export type Get = (path: string) => Promise<unknown>;

export interface ListOptions {
  /** Items of one call, 1–1000; default 100. */
  readonly pageSize?: number;
}

export interface EventsOptions extends ListOptions {
  /** Only these types. */
  readonly types?: readonly string[];
}

/** Null when this environment has no session of this name. */
export async function getResult(get: Get, name: SessionName): Promise<ResultRecord | null> {
  if ("uid" in name) {
    const { items } = pageOf<ResultRecord>(await get(`/v1/results${queryOf({ uid: name.uid })}`));
    return items[0] ?? null;
  }
  try {
    const answer = await get(`/v1/results/${encodeURIComponent(name.session_id)}`);
    if (!isRecord(answer) || typeof answer["state"] !== "string") throw notOurs(answer);
    return answer as unknown as ResultRecord;
  } catch (error) {
    if (error instanceof TallystickApiError && error.code === "session_unknown") return null;
    throw error;
  }
}

/** Page after page, each asked for when the one before is used up. */
export async function* listResults(
  get: Get,
  filter: ResultFilter,
  { pageSize = 100 }: ListOptions = {},
): AsyncGenerator<ResultRecord, void, undefined> {
  let after: string | undefined;
  do {
    const query = queryOf({ ...filter, limit: pageSize, after });
    const page: Page<ResultRecord> = pageOf(await get(`/v1/results${query}`));
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** Ends when there is no more for now. */
export async function* events(
  get: Get,
  cursor: string | null,
  { pageSize = 100, types }: EventsOptions = {},
): AsyncGenerator<FeedEvent, void, undefined> {
  let after = cursor ?? undefined;
  for (;;) {
    const page: Page<FeedEvent> = pageOf(await get(`/v1/events${queryOf({ after, limit: pageSize, type: types })}`));
    for (const event of page.items) yield { ...event, webhook: webhookOf(event) };
    after = page.next ?? undefined;
    if (page.has_more !== true) return;
  }
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly has_more?: boolean;
}

function pageOf<Item>(answer: unknown): Page<Item> {
  if (isRecord(answer) && Array.isArray(answer["items"])) return answer as unknown as Page<Item>;
  throw notOurs(answer);
}

function webhookOf({ body }: FeedEvent): WebhookBody | null {
  // What the server sends as a body is what it signs for webhooks: JSON of this shape.
  return body === null ? null : (JSON.parse(body) as WebhookBody);
}

type Parameter = string | number | boolean | readonly string[] | undefined;

function queryOf(members: Readonly<Record<string, Parameter>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) query.set(name, typeof value === "object" ? value.join(",") : String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The answer had status 200 and yet is none of the server's. */
export function notOurs(body: unknown): TallystickApiError {
  return new TallystickApiError({ status: 200, body, retryAfter: null });
}
