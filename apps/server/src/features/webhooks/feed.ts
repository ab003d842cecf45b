import type { EventType, EventsPage } from "@tallystick/contract";

import { encodeCursor, readCursor } from "../../infra/cursor.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { deliveryView } from "./delivery-view.ts";
import * as store from "./feed-store.ts";

export interface FeedQuery {
  readonly environment: Pick<EnvironmentAccess, "companyId" | "environmentId">;
  readonly after?: string | undefined;
  readonly limit: number;
  /** Absent: all. */
  readonly types?: readonly EventType[] | undefined;
  readonly actor: Actor;
}

/**
 * Events of the environment behind a cursor, in the order in which they became readable. What is not numbered yet is not
 * shown, so that nothing can appear behind a cursor later. A page with events is written to the audit log.
 * @throws `cursor_invalid`
 */
export async function listEvents(deps: Deps, query: FeedQuery): Promise<EventsPage> {
  const { environment, limit, types, actor } = query;
  const { companyId, environmentId } = environment;
  const begin = await placeOf(deps, environment, query.after);
  const place = { companyId, environmentId, after: begin.seq, limit: limit + 1 };
  const rows = await (types === undefined
    ? store.selectFeed(deps.db, place)
    : store.selectFeedOfTypes(deps.db, place, [...new Set(types)]));
  const shown = rows.slice(0, limit);
  if (shown.length > 0) {
    await recordReading(deps, {
      companyId,
      actor,
      action: "event.listed",
      targetType: "environment",
      targetId: environmentId,
      details: { events: shown.length },
    });
  }
  const cursorOf = (row: Place) => encodeCursor([environmentId, String(row.seq), row.eventId]);
  return {
    items: shown.map((row) => ({
      event_id: row.eventId,
      cursor: cursorOf(row),
      type: row.type,
      created_at: Math.floor(row.createdAt.getTime() / 1000),
      session_id: row.sessionId,
      run: row.run,
      delivery: deliveryView(row),
      body: row.body,
      body_hash: row.bodyHash,
    })),
    next: cursorOf(shown.at(-1) ?? begin),
    has_more: rows.length > limit,
  };
}

interface Place {
  readonly seq: number;
  /** Empty before the first event. */
  readonly eventId: string;
}

const START: Place = { seq: 0, eventId: "" };

async function placeOf(deps: Deps, environment: FeedQuery["environment"], cursor?: string): Promise<Place> {
  if (cursor === undefined) return START;
  const parts = readCursor(cursor, 3);
  if (parts === null) throw fail("cursor_invalid", "after: takes a `cursor` or `next` of this feed, unchanged.");
  const [environmentId = "", number = "", eventId = ""] = parts;
  if (environmentId !== environment.environmentId) {
    throw fail("cursor_invalid", "after: this cursor belongs to another environment than the API key.");
  }
  if (!/^\d{1,15}$/.test(number)) {
    throw fail("cursor_invalid", "after: takes a `cursor` or `next` of this feed, unchanged.");
  }
  const place = { seq: Number(number), eventId };
  if (place.seq === 0) return START;
  // After the restoring of a backup numbers are given anew: a cursor of before would silently skip what has them now.
  if (await store.isNumberOf(deps.db, environment.companyId, place)) return place;
  throw fail(
    "cursor_invalid",
    "after: no event stands at this cursor any more. Read the feed again from its beginning.",
  );
}
