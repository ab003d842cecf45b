/** Settings of one environment for the other one: looked at first, applied as looked at or not at all. */
import { createHash } from "node:crypto";

import type { Queryable } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import type { Actor } from "../audit/service.ts";
import { applyChanges, refuseWhenArchived } from "./change-settings.ts";
import { changesBetween, readSettings } from "./settings.ts";
import { lockEnvironment, type LockedEnvironmentRow } from "./store.ts";
import { unknownDeployment } from "./unknown.ts";

type Kind = "test" | "production";

export interface CopyWish {
  readonly companyId: string;
  readonly deploymentId: string;
  /** The side that is copied; the other one is changed. */
  readonly from: Kind;
  readonly withWebhookUrl: boolean;
}

export interface CopyPreview {
  readonly from: Kind;
  readonly to: Kind;
  /** `from` and `to` of a change: what the target has and what it would have. */
  readonly changes: readonly { readonly setting: string; readonly from: unknown; readonly to: unknown }[];
  /** Names exactly this comparison. */
  readonly version: string;
}

interface Sides {
  readonly source: LockedEnvironmentRow;
  readonly target: LockedEnvironmentRow;
}

/** Ids, keys and webhook secrets are never part of it. Throws `deployment_unknown`, `deployment_archived`. */
export async function previewCopy(deps: Deps, wish: CopyWish): Promise<CopyPreview> {
  return deps.db.transaction(async (tx) => {
    const sides = await lockSides(tx, wish);
    return { from: wish.from, to: otherKind(wish.from), changes: diff(sides, wish), version: versionOf(sides, wish) };
  });
}

/** Throws `copy_outdated` when a side changed since the preview; `setting_invalid`, `deployment_unknown`, `deployment_archived`. */
export async function applyCopy(
  deps: Deps,
  wish: CopyWish & { readonly version: string; readonly actor: Actor },
): Promise<{ readonly to: Kind; readonly changed: readonly string[] }> {
  const { companyId, deploymentId, actor } = wish;
  const kind = otherKind(wish.from);
  return deps.db.transaction(async (tx) => {
    const sides = await lockSides(tx, wish);
    if (versionOf(sides, wish) !== wish.version) {
      throw fail(
        "copy_outdated",
        "Settings of one side were changed after this preview was made. Ask for it again and look at what differs.",
      );
    }
    const { changed } = await applyChanges(tx, deps, {
      companyId,
      deploymentId,
      kind,
      actor,
      row: sides.target,
      settings: readSettings(sides.source.settings),
      // Only where it differs: setting the same URL again would switch a disabled endpoint on.
      ...(wish.withWebhookUrl &&
        sides.source.webhook_url !== sides.target.webhook_url && { webhookUrl: sides.source.webhook_url }),
      action: "environment.settings_copied",
    });
    return { to: kind, changed };
  });
}

/** Always Test first, so that two copies in opposite directions wait for each other instead of both failing. */
async function lockSides(db: Queryable, wish: CopyWish): Promise<Sides> {
  const { companyId, deploymentId } = wish;
  const test = await lockEnvironment(db, { companyId, deploymentId, kind: "test" });
  const production = await lockEnvironment(db, { companyId, deploymentId, kind: "production" });
  if (test === null || production === null) throw unknownDeployment(deploymentId);
  refuseWhenArchived(test);
  return wish.from === "test" ? { source: test, target: production } : { source: production, target: test };
}

function diff({ source, target }: Sides, wish: CopyWish): CopyPreview["changes"] {
  const settings = Object.entries(changesBetween(readSettings(target.settings), readSettings(source.settings)));
  const changes = settings.map(([setting, change]) => ({ setting, ...change }));
  if (!wish.withWebhookUrl || source.webhook_url === target.webhook_url) return changes;
  return [...changes, { setting: "webhook_url", from: target.webhook_url, to: source.webhook_url }];
}

/** Versions of both sides, not values: a setting changed and changed back was still changed. */
function versionOf({ source, target }: Sides, wish: CopyWish): string {
  const parts = [source, target].map((row) => [row.environment_id, row.settings_version, row.webhook_url]);
  return createHash("sha256")
    .update(JSON.stringify([parts, wish.withWebhookUrl]))
    .digest("hex")
    .slice(0, 32);
}

function otherKind(kind: Kind): Kind {
  return kind === "test" ? "production" : "test";
}
