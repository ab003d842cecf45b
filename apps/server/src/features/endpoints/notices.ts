import type { EndpointNotice } from "@tallystick/contract";

import { cutPage, decodePlace } from "../../infra/cursor.ts";
import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { epochSeconds, epochSecondsOrNull } from "../../infra/epoch.ts";
import { startLoop, type Loop } from "../../infra/loop.ts";
import { record, SYSTEM } from "../audit/service.ts";
import { usableAdminMails } from "../users/service.ts";
import { noticeMail } from "./notice-mail.ts";
import * as store from "./notices-store.ts";

/** What a company's admins are told about an endpoint: each kind once in a time of failing, by mail and in a list. */

const EVERY_MS = 30_000;

/** Writes the notice and its entry in the audit log, unless this time of failing has one already. */
export async function announce(
  tx: Transaction,
  deps: Deps,
  place: store.EndpointPlace,
  kind: store.NoticeKind,
): Promise<void> {
  const noticeId = deps.ids.make("ntc");
  if (!(await store.insertNotice(tx, place, { noticeId, kind }))) return;
  await store.markTold(tx, place, kind !== "recovered");
  await record(tx, deps, {
    companyId: place.companyId,
    actor: SYSTEM,
    action: `webhook_endpoint.${kind}`,
    targetType: "webhook_endpoint",
    targetId: place.endpointId,
    details: { environment_id: place.environmentId, notice_id: noticeId },
  });
  tx.afterCommit(() => deps.signals.notify("notices"));
}

/** Looks at the endpoints that fail, and sends what was not sent. Any number of processes may do so at once. */
export function startEndpointWatch(deps: Deps, options: { readonly everyMs?: number } = {}): Loop {
  return startLoop({
    name: "endpoint watch",
    everyMs: options.everyMs ?? EVERY_MS,
    log: deps.log,
    pass: async () => {
      for (const companyId of await store.selectCompanyIds(deps.db)) {
        await watchEndpoints(deps, companyId).catch((error: unknown) =>
          deps.log.error({ err: error, companyId }, "the endpoints of a company could not be looked at"),
        );
      }
    },
    wakeOn: (wake) => deps.signals.on("notices", wake),
  });
}

/** One look at one company. */
export async function watchEndpoints(deps: Deps, companyId: string): Promise<void> {
  for (const due of await store.selectDue(deps.db, companyId)) {
    const place = { companyId, environmentId: due.environment_id, endpointId: due.endpoint_id };
    await deps.db.transaction(async (tx) => {
      await store.lockHealth(tx, place);
      await announce(tx, deps, place, due.kind);
    });
  }
  for (const notice of await store.claimUnmailed(deps.db, companyId)) await mail(deps, companyId, notice);
}

/** Done when one of the admins has it; a mail server that takes none is asked again after five minutes. */
async function mail(deps: Deps, companyId: string, notice: store.NoticeRow): Promise<void> {
  const admins = await usableAdminMails(deps, companyId);
  const outcomes = await Promise.all(
    admins.map((to) => deps.mail.send(noticeMail({ ...notice, to, host: hostOf(notice.url) }))),
  );
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome === "failed")) return;
  await store.markMailed(deps.db, companyId, notice.noticeId);
}

/** Newest first. Throws `query_invalid` for a cursor of another list. */
export async function listEndpointNotices(
  deps: Deps,
  companyId: string,
  page: {
    readonly environmentId?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<{ readonly items: readonly EndpointNotice[]; readonly next: string | null }> {
  const found = await store.selectNotices(deps.db, companyId, {
    environmentId: page.environmentId ?? null,
    after: decodePlace(page.after),
    limit: page.limit + 1,
  });
  const { rows, next } = cutPage(found, page.limit, (row) => [row.place, row.noticeId]);
  return { items: rows.map(viewOf), next };
}

function viewOf(row: store.NoticeRow): EndpointNotice {
  return {
    notice_id: row.noticeId,
    kind: row.kind,
    environment_id: row.environmentId,
    deployment_id: row.deploymentId,
    deployment: row.deploymentName,
    environment: row.environmentKind,
    host: hostOf(row.url),
    failing_since: epochSecondsOrNull(row.failingSince),
    at: epochSeconds(row.createdAt),
  };
}

/** Path and query may hold a secret. */
function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).host : null;
}
