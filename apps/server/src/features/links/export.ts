import type { LanguageCode, MessageChannel } from "@tallystick/contract";

import { csvLine } from "../../infra/csv.ts";
import type { Deps } from "../../infra/deps.ts";
import { recordReading } from "../audit/service.ts";
import type { BatchRow } from "./batch-store.ts";
import { linkUrl, pagesOfLinks, readyBatch } from "./batches.ts";
import type { LinkRow } from "./links-store.ts";
import type { BatchOptions } from "./manage.ts";
import { messageWriter } from "./message.ts";
import { TEMPLATES } from "./templates.ts";

const HEAD = [
  "uid",
  "link",
  "status",
  "outcome",
  "language",
  "created_at",
  "expires_at",
  "opened_at",
  "ended_at",
  "session_id",
];

/**
 * The links of a batch as lines of CSV, read as they are taken; with a channel also the message to send. Recorded before
 * the first line. Throws `link_batch_unknown`, `link_batch_not_ready`.
 */
export async function exportLinks(
  deps: Deps,
  options: BatchOptions & {
    readonly status?: string | undefined;
    readonly channel?: MessageChannel | undefined;
    readonly language: LanguageCode;
  },
): Promise<AsyncIterable<string>> {
  const { environment, batchId, actor, status, channel, language } = options;
  const batch = await readyBatch(deps, environment, batchId);
  const template = channel && TEMPLATES[channel][language];
  const write = template ? await messageWriter(deps, environment, { batch, template, language }) : null;
  await recordReading(deps, {
    companyId: batch.companyId,
    actor,
    action: "links.exported",
    targetType: "link_batch",
    targetId: batchId,
    details: { environment_id: batch.environmentId, format: "csv", ...(status !== undefined && { status }) },
  });
  return lines(deps, batch, { status, write });
}

async function* lines(
  deps: Deps,
  batch: BatchRow,
  options: {
    readonly status: string | undefined;
    readonly write: ((link: string, until: Date) => string) | null;
  },
): AsyncGenerator<string> {
  const { status, write } = options;
  yield csvLine(write === null ? HEAD : [...HEAD, "message"]);
  for await (const rows of pagesOfLinks(deps, batch, { status })) {
    yield rows.map((row) => csvLine(write === null ? cells(deps, row) : [...cells(deps, row), message(row)])).join("");
  }
  function message(row: LinkRow): string {
    return write?.(linkUrl(deps, row.linkCode), row.expiresAt) ?? "";
  }
}

function cells(deps: Deps, row: LinkRow): readonly (string | null)[] {
  const link = linkUrl(deps, row.linkCode);
  const times = [row.createdAt, row.expiresAt, row.openedAt, row.endedAt].map((at) => at && isoSeconds(at));
  return [row.uid, link, row.status, row.outcome, row.language, ...times, row.sessionId];
}

function isoSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
