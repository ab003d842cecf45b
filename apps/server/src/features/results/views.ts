import { resultColumnsSchema, viewFilterSchema, type ResultView, type ResultViewWish } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { epochSeconds } from "../sessions/lifecycle.ts";
import * as store from "./views-store.ts";

/** Filters of results that a person keeps under a name, in one company. */

const MOST = 50;

/** By name. */
export async function listResultViews(deps: Deps, owner: store.ViewOwner): Promise<{ readonly items: ResultView[] }> {
  return { items: (await store.selectViews(deps.db, owner)).map(viewOf) };
}

/** Throws `result_view_name_taken` unless it is to be replaced, and `result_views_full`. */
export async function saveResultView(deps: Deps, owner: store.ViewOwner, wish: ResultViewWish): Promise<ResultView> {
  const { name, filter, columns, replace } = wish;
  const nameKey = name.normalize("NFC").toLowerCase();
  return deps.db.transaction(async (tx) => {
    await store.lockOwner(tx, owner);
    const { count, isTaken } = await store.selectTaken(tx, owner, nameKey);
    if (isTaken && !replace) throw fail("result_view_name_taken", `You have a view called "${name}".`);
    if (!isTaken && count >= MOST) {
      throw fail("result_views_full", `At most ${MOST} views are kept for each person in a company.`);
    }
    return viewOf(await store.upsertView(tx, owner, { viewId: deps.ids.make("rvw"), name, nameKey, filter, columns }));
  });
}

/** Throws `result_view_unknown`. */
export async function deleteResultView(deps: Deps, owner: store.ViewOwner, viewId: string): Promise<void> {
  const wasThere = await store.deleteViewRow(deps.db, owner, viewId);
  if (!wasThere) throw fail("result_view_unknown", "You have no view of this id in this company.");
}

function viewOf(row: store.ViewRow): ResultView {
  return {
    view_id: row.viewId,
    name: row.name,
    filter: viewFilterSchema.parse(row.filter),
    columns: resultColumnsSchema.parse(row.columns),
    updated_at: epochSeconds(row.updatedAt),
  };
}
