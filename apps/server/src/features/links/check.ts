import {
  MAX_CHECK_LINES,
  type CheckedLine,
  type CreateLinks,
  type LanguageCode,
  type LinkListReport,
} from "@tallystick/contract";
import { findBattery } from "@tallystick/tasks";

import type { Deps } from "../../infra/deps.ts";
import { epochSeconds } from "../../infra/epoch.ts";
import { refuseArchived, type EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS, isReopenable } from "../sessions/lifecycle.ts";
import { linkUrl } from "./batches.ts";
import { mendOf, mendOfUsed } from "./check-mends.ts";
import { nearOfLines } from "./check-near.ts";
import { checkIntegration, endOf, languageWarning, linesOf, offeredLanguage } from "./create.ts";
import { startJob } from "./jobs.ts";
import { judgeList, type GoodLine, type Problem } from "./judge-list.ts";
import { selectUsed, type UsedRow } from "./links-store.ts";
import { plannedMinutes, writerFor } from "./message.ts";
import { smsLength } from "./sms-length.ts";
import { TEMPLATES } from "./templates.ts";

const MAX_UID_SHOWN = 200;
const USED_CHUNK = 1000;

/**
 * What `createBatch` would say of this wish, line by line; nothing is stored. Throws `link_list_invalid` for a file that is
 * no list, `link_date_invalid`, `deployment_archived`, `integration_mismatch`, `rate_limited`.
 */
export async function checkList(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: CreateLinks,
): Promise<LinkListReport> {
  checkIntegration(environment, wish.integration_id);
  refuseArchived(environment);
  // A list of 16 MiB is judged and held as one that is made, so it takes a place among them.
  const job = startJob(deps);
  try {
    const validUntil = await endOf(deps, environment, wish);
    const link = await costOfLink(deps, environment, { wish, validUntil });
    const common = { valid_until: epochSeconds(validUntil), link };
    if (wish.count !== undefined) return { ...ofCount(environment, wish, wish.count), ...common };
    return { ...(await ofLines(deps, environment, wish)), ...common };
  } finally {
    job.end();
  }
}

type Counted = Omit<LinkListReport, "valid_until" | "link">;
type Code = LinkListReport["by_code"][number];
type Near = CheckedLine["near"][number];

/** Uids that we make are good. */
function ofCount(environment: EnvironmentAccess, { language }: CreateLinks, count: number): Counted {
  const warnings = languageWarning(environment, language, count);
  const byCode = warnings.map(({ code, line, detail }) => ({
    code,
    refuses: false,
    count,
    line,
    detail,
    mend: mendOf(code),
  }));
  const notice = warnings.length > 0 ? count : 0;
  return {
    requested: count,
    ok: count - notice,
    notice,
    refused: 0,
    near: 0,
    creatable: "all",
    by_code: byCode,
    lines: [],
    left_off: 0,
  };
}

async function ofLines(deps: Deps, environment: EnvironmentAccess, wish: CreateLinks): Promise<Counted> {
  const given = await linesOf(wish);
  const { good, problems } = await judgeList(deps, environment, { lines: given, language: wish.language });
  const near = await nearOfLines(deps, environment, good);
  const uids = new Map(given.map(({ line, uid }) => [line, uid]));
  const used = await usedSessions(deps, environment, { problems, uids });
  const lines = [
    ...good.map((line) => goodLine(line, near.get(line.line) ?? [])),
    ...problems.map((problem) => refusedLine(problem, uids.get(problem.line) ?? "", used)),
  ];
  const ofVerdict = (verdict: CheckedLine["verdict"]): readonly CheckedLine[] =>
    lines.filter((line) => line.verdict === verdict);
  const [refused, notice, ok] = [ofVerdict("refused"), ofVerdict("notice"), ofVerdict("ok")];
  const shown = [...refused, ...notice, ...ok].slice(0, MAX_CHECK_LINES);
  return {
    requested: given.length,
    ok: ok.length,
    notice: notice.length,
    refused: refused.length,
    near: near.size,
    creatable: refused.length === 0 ? "all" : refused.length < given.length ? "with_skip_bad" : "none",
    by_code: summary(lines),
    lines: shown.toSorted((a, b) => a.line - b.line),
    left_off: lines.length - shown.length,
  };
}

function goodLine({ line, uid, language, warnings }: GoodLine, near: readonly Near[]): CheckedLine {
  const verdict = warnings.length + near.length > 0 ? "notice" : "ok";
  const notices = warnings.map(({ code, detail }) => ({ code, detail }));
  return { line, uid, verdict, code: null, detail: null, mend: null, language, notices, used: null, near: [...near] };
}

function refusedLine({ line, code, detail }: Problem, uid: string, used: ReadonlyMap<string, UsedRow>): CheckedLine {
  const shown = { line, uid: uid.slice(0, MAX_UID_SHOWN), verdict: "refused", code, detail } as const;
  const nothing = { language: null, notices: [], near: [] };
  if (code !== "uid_already_used") return { ...shown, ...nothing, mend: mendOf(code), used: null };
  const session = used.get(uid);
  const state = session?.status ?? "erased";
  return {
    ...shown,
    ...nothing,
    mend: mendOfUsed(state),
    used: {
      session_id: session?.sessionId ?? null,
      state,
      created_at: session === undefined ? null : epochSeconds(session.createdAt),
      reopenable: isReopenable(state),
    },
  };
}

async function usedSessions(
  deps: Deps,
  environment: EnvironmentAccess,
  found: { readonly problems: readonly Problem[]; readonly uids: ReadonlyMap<number, string> },
): Promise<ReadonlyMap<string, UsedRow>> {
  const uids = found.problems.flatMap(({ line, code }) =>
    code === "uid_already_used" ? [found.uids.get(line) ?? ""] : [],
  );
  const used = new Map<string, UsedRow>();
  for (let start = 0; start < uids.length; start += USED_CHUNK) {
    const wish = { uids: uids.slice(start, start + USED_CHUNK), graceSeconds: GRACE_SECONDS };
    for (const row of await selectUsed(deps.db, environment, wish)) used.set(row.uid, row);
  }
  return used;
}

/** Refusals first, then the most frequent. */
function summary(lines: readonly CheckedLine[]): Code[] {
  const byCode = new Map<string, Code>();
  const count = (line: number, code: string, what: Pick<Code, "refuses" | "detail" | "mend">): void => {
    const known = byCode.get(code);
    const first = known === undefined || line < known.line ? { ...what, line } : known;
    byCode.set(code, { code, ...first, count: (known?.count ?? 0) + 1 });
  };
  for (const { line, code, detail, mend, notices, near } of lines) {
    if (code !== null) count(line, code, { refuses: true, detail: detail ?? "", mend: mend ?? mendOf(code) });
    for (const notice of notices) {
      count(line, notice.code, { refuses: false, detail: notice.detail, mend: mendOf(notice.code) });
    }
    const [first] = near;
    if (first === undefined) continue;
    const where = first.line === null ? "which has a session" : `on line ${first.line}`;
    const text = `easily mistaken for ${first.uid}, ${where}`;
    count(line, "near_duplicate", { refuses: false, detail: text, mend: mendOf("near_duplicate") });
  }
  return [...byCode.values()].toSorted((a, b) => Number(b.refuses) - Number(a.refuses) || b.count - a.count);
}

/** Every link has the same length; what it costs depends on the words around it. */
async function costOfLink(
  deps: Deps,
  environment: EnvironmentAccess,
  plan: { readonly wish: CreateLinks; readonly validUntil: Date },
): Promise<LinkListReport["link"]> {
  const { settings } = environment;
  const language = startLanguage(environment, plan.wish.language);
  const tasks = (findBattery(settings.battery)?.tasks ?? []).filter(({ key }) => !settings.tasks_off.includes(key));
  const minutes = plannedMinutes(tasks);
  const write = await writerFor(deps, environment, { minutes, template: TEMPLATES.sms[language], language });
  const link = linkUrl(deps, "0".repeat(12));
  const example = write(link, plan.validUntil);
  const { encoding, units, segments, left } = smsLength(example);
  return { characters: link.length, language, example, encoding, units, segments, left };
}

function startLanguage(environment: EnvironmentAccess, wish: string | undefined): LanguageCode {
  const offered = offeredLanguage(environment, wish);
  const { languages } = environment.settings;
  return languages.find((language) => language === offered) ?? languages[0] ?? "en";
}
