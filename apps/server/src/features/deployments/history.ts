/** What every setting was, since when, by whom. */
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { cutPage, decodeCursor } from "../../infra/cursor.ts";
import type { Secrets } from "../../infra/secrets.ts";
import type { Actor } from "../audit/service.ts";
import { insertSettingChanges, listSettingChangeRows } from "./history-store.ts";

/** `{setting: {from, to}}`. */
export type Changes = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

export interface SettingChange {
  readonly changeId: string;
  readonly setting: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly actor: string;
  readonly changedAt: Date;
}

export interface HistoryPage {
  readonly items: readonly SettingChange[];
  readonly next: string | null;
}

/** In the transaction that changes the settings: what is in force and what is told of it can not differ. */
export async function noteChanges(
  tx: Transaction,
  deps: Deps,
  act: {
    readonly companyId: string;
    readonly environmentId: string;
    readonly changes: Changes;
    readonly actor: Actor;
  },
): Promise<void> {
  const { companyId, environmentId, changes, actor } = act;
  const rows = Object.entries(changes).map(([setting, { from, to }]) => ({
    change_id: deps.ids.make("chg"),
    setting,
    from_value: from,
    to_value: to,
  }));
  await insertSettingChanges(tx, { companyId, environmentId, actor: actor.id, rows: JSON.stringify(rows) });
}

/** Newest first. `after` is `next` of the page before. Throws `query_invalid`. */
export async function listSettingChanges(
  deps: Deps,
  place: { readonly companyId: string; readonly environmentId: string },
  page: { readonly setting?: string | undefined; readonly limit: number; readonly after?: string | undefined },
): Promise<HistoryPage> {
  const [after = null] = decodeCursor(page.after, 1) ?? [];
  const rows = await listSettingChangeRows(deps.db, place, {
    setting: page.setting ?? null,
    after,
    limit: page.limit + 1,
  });
  const cut = cutPage(rows, page.limit, (row) => [row.change_id]);
  const items = cut.rows.map((row) => ({
    changeId: row.change_id,
    setting: row.setting,
    from: row.from_value,
    to: row.to_value,
    actor: row.actor,
    changedAt: row.changed_at,
  }));
  return { items, next: cut.next };
}

/**
 * A URL as history and audit log may keep it. A query string often carries the receiver's own secret: a mark of the
 * whole URL stands in its place, so that a change of the hidden part is seen as one.
 */
export function withHiddenQuery(secrets: Secrets, url: string | null): string | null {
  if (url === null) return null;
  const end = url.search(/[?#]/);
  if (end === -1) return url;
  return `${url.slice(0, end)}?(hidden ${secrets.lookupHash(`webhook_url:${url}`).slice(0, 8)})`;
}
