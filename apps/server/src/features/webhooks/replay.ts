import type { Replay, ReplayWish } from "@tallystick/contract";

import { cutPage, decodePlace } from "../../infra/cursor.ts";
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import type { EnvironmentKey } from "./log-store.ts";
import { unknownDelivery } from "./log.ts";
import * as store from "./replay-store.ts";

/**
 * Notes what is to be sent again; `continueReplay` does it, in this process or in the background of any.
 * @throws `not_found`, `webhook_not_set`, `replay_running`, `delivery_unknown`, `event_erased`
 */
export async function startReplay(
  deps: Deps,
  key: EnvironmentKey,
  { wish, actor }: { readonly wish: ReplayWish; readonly actor: Actor },
): Promise<Replay> {
  await environmentById(deps, key.companyId, key.environmentId);
  const replayId = deps.ids.make("rpl");
  await deps.db.transaction(async (tx) => {
    // Before the endpoint, as a change of settings does: in the other order the two could wait for each other.
    await store.lockEnvironment(tx, key);
    const endpoint = await store.lockEndpoint(tx, key);
    if (endpoint === null || !endpoint.hasUrl) {
      throw fail(
        "webhook_not_set",
        "This environment has no webhook URL: there is nowhere to replay to. Set it first.",
      );
    }
    const [from, to] = [dateOf(wish.from), dateOf(wish.to)];
    const total = await judge(tx, key, { wish, from, to });
    await store.insertReplay(tx, {
      ...key,
      replayId,
      which: wish.which,
      deliveryId: wish.delivery_id ?? null,
      from,
      to,
      includeDelivered: wish.include_delivered ?? false,
      total,
      createdBy: actor.id,
    });
    await note(tx, deps, key, { replayId, actor, action: "webhook_replay.started", details: { ...wish, total } });
    tx.afterCommit(() => deps.signals.notify("replays"));
  });
  return showReplay(deps, key, replayId);
}

/** How much there is to do, or a refusal. */
async function judge(
  tx: Transaction,
  key: EnvironmentKey,
  { wish, from, to }: { readonly wish: ReplayWish; readonly from: Date | null; readonly to: Date | null },
): Promise<number> {
  if (wish.which === "delivery") {
    const [found] = await store.selectOne(tx, key, wish.delivery_id ?? "");
    if (found === undefined) throw unknownDelivery();
    if (!found.whole) throw fail("event_erased", "The body of this event was erased; it can not be sent again.");
    return 1;
  }
  const running = await store.selectRunningOfMany(tx, key);
  if (running !== null) {
    throw fail("replay_running", `A replay of this environment is running (${running}). Wait for it, or cancel it.`, {
      extra: { replay_id: running },
    });
  }
  return store.countWork(tx, key, { which: wish.which, from, to });
}

/** Throws `not_found`, `replay_unknown`. */
export async function showReplay(deps: Deps, key: EnvironmentKey, replayId: string): Promise<Replay> {
  await environmentById(deps, key.companyId, key.environmentId);
  const row = await store.selectReplay(deps.db, key, replayId);
  if (row === null) throw unknownReplay();
  return viewOf(row);
}

/** Newest first. Throws `not_found`, `query_invalid`. */
export async function listReplays(
  deps: Deps,
  key: EnvironmentKey,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly items: readonly Replay[]; readonly next: string | null }> {
  await environmentById(deps, key.companyId, key.environmentId);
  const found = await store.selectReplays(deps.db, key, { after: decodePlace(page.after), limit: page.limit + 1 });
  const { rows, next } = cutPage(found, page.limit, (row) => [row.place, row.replayId]);
  return { items: rows.map(viewOf), next };
}

/** Queues no more; what has ended is answered as it is. Throws `not_found`, `replay_unknown`. */
export async function cancelReplay(
  deps: Deps,
  key: EnvironmentKey,
  { replayId, actor }: { readonly replayId: string; readonly actor: Actor },
): Promise<Replay> {
  await showReplay(deps, key, replayId);
  await deps.db.transaction(async (tx) => {
    if (!(await store.cancelReplay(tx, key, replayId))) return;
    await note(tx, deps, key, { replayId, actor, action: "webhook_replay.cancelled", details: {} });
  });
  return showReplay(deps, key, replayId);
}

async function note(
  tx: Transaction,
  deps: Deps,
  { companyId, environmentId }: EnvironmentKey,
  act: {
    readonly replayId: string;
    readonly actor: Actor;
    readonly action: string;
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await record(tx, deps, {
    companyId,
    actor: act.actor,
    action: act.action,
    targetType: "webhook_replay",
    targetId: act.replayId,
    details: { environment_id: environmentId, ...act.details },
  });
}

function viewOf(row: store.ReplayRow): Replay {
  return {
    replay_id: row.replayId,
    environment_id: row.environmentId,
    which: row.which,
    delivery_id: row.deliveryId,
    from: epochSecondsOrNull(row.fromAt),
    to: epochSecondsOrNull(row.toAt),
    include_delivered: row.includeDelivered,
    state: row.state,
    done: row.done,
    total: row.total,
    queued: row.queued,
    created_by: row.createdBy,
    created_at: epochSeconds(row.createdAt),
    finished_at: epochSecondsOrNull(row.finishedAt),
  };
}

function dateOf(seconds: number | undefined): Date | null {
  return seconds === undefined ? null : new Date(seconds * 1000);
}

function unknownReplay(): Error {
  return fail("replay_unknown", "This environment has no replay of this id.");
}
