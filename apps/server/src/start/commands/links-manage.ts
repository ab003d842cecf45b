import { readFile } from "node:fs/promises";

import { createLinksSchema, LINK_CLOCKS, LINK_STATES, type Link, type LinkBatch } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { environmentById } from "../../features/deployments/service.ts";
import * as links from "../../features/links/service.ts";
import { AppError } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { UsageError, type Command, type CommandAnswer, type CommandArgs } from "../command.ts";
import { ENV_OPTION, namedEnvironment } from "./environment-option.ts";
import { COMPANY, namedBatch, namedSession, noteLocalLinks, readChoice } from "./links-place.ts";
import { readNumber, readTime } from "./read-options.ts";
import { table } from "./table.ts";

const PAGE = {
  limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
  after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
} as const;
const UNTIL = {
  type: "string",
  value: "TIME",
  description: "end of links nobody opened, such as 2026-12-31; default 30 days ahead",
} as const;

export const linkCreate: Command = {
  name: "link create",
  summary: "Make links in bulk, by number or for a file of your own uids",
  positionals: ["DEPLOYMENT"],
  options: {
    env: ENV_OPTION,
    name: { type: "string", value: "NAME", description: "what the batch is called", required: true },
    count: { type: "string", value: "N", description: "so many links with uids that are made, 1 to 50000" },
    file: {
      type: "string",
      value: "FILE",
      description: "CSV with a column uid (language, metadata.<name>), or a uid a line",
    },
    "skip-bad": { type: "boolean", description: "leave out lines that can not be used, instead of refusing all" },
    clock: {
      type: "string",
      value: "WHEN",
      description: "when a journey's time starts: at_opening (default) or at_creation",
    },
    "valid-until": UNTIL,
    language: { type: "string", value: "TAG", description: "language of links that name none of their own" },
    company: COMPANY,
  },
  example: 'npx tallystick link create dep_01k9zq0000000000000000000a --env test --name "March" --count 500',
  run: async (deps, args, io) => {
    const { companyId, environmentId } = await namedEnvironment(deps, args);
    const wish = await readWish(args);
    const environment = await environmentById(deps, companyId, environmentId);
    const onProgress = (created: number): void => {
      if (created > 0) io.note(`${created} links …\n`);
    };
    const options = { environment, wish, actor: cliActor(io.osUser), onProgress };
    try {
      const { batch, done } = await links.createBatch(deps, options);
      await done;
      noteLocalLinks(deps, io);
      return batchAnswer(await links.showBatch(deps, environment, batch.batchId));
    } catch (error) {
      if (error instanceof AppError) for (const line of problemLines(error)) io.note(line);
      throw error;
    }
  },
};

async function readWish(args: CommandArgs) {
  const file = args.text("file");
  const parsed = createLinksSchema.safeParse({
    name: args.text("name"),
    count: readNumber(args, "count", { least: 1, most: 50_000 }),
    csv: file === undefined ? undefined : await readList(file),
    skip_bad: args.flag("skip-bad"),
    clock: readChoice(args, "clock", { words: LINK_CLOCKS, otherwise: "at_opening" }),
    valid_until: readTime(args, "valid-until"),
    language: args.text("language"),
  });
  if (parsed.success) return parsed.data;
  if ((file === undefined) === (args.text("count") === undefined))
    throw new UsageError("give --count or --file, one of them");
  if (args.text("clock") === "at_creation" && args.text("valid-until") !== undefined)
    throw new UsageError("--valid-until goes with --clock at_opening; at_creation ends after the session hours");
  throw new UsageError(explainIssues(parsed.error, {}));
}

async function readList(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} can not be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8 text; save it as "CSV UTF-8"`);
  }
}

function problemLines(error: AppError): readonly string[] {
  const { problems } = error.extra as { readonly problems?: readonly { line: number; code: string; detail: string }[] };
  return (problems ?? []).map(({ line, code, detail }) => `line ${line}: ${detail} (${code})\n`);
}

export const linkList: Command = {
  name: "link list",
  summary: "List the batches of links of an environment, newest first",
  positionals: ["DEPLOYMENT"],
  options: { env: ENV_OPTION, ...PAGE, company: COMPANY },
  example: "npx tallystick link list dep_01k9zq0000000000000000000a --env production",
  run: async (deps, args) => {
    const { companyId, environmentId } = await namedEnvironment(deps, args);
    await links.giveUpSilent(deps, companyId);
    const environment = await environmentById(deps, companyId, environmentId);
    const page = await links.listBatches(deps, environment, readPage(args));
    const rows = page.items.map((batch) => [
      batch.batch_id,
      batch.name,
      batch.revoked_at === null ? batch.state : "revoked",
      `${batch.created}/${batch.requested}`,
      timeText(batch.valid_until),
    ]);
    return { json: page, text: table(["BATCH", "NAME", "STATE", "LINKS", "VALID UNTIL (UTC)"], rows, "No batch yet.") };
  },
};

export const linkShow: Command = {
  name: "link show",
  summary: "Show a batch of links: how far it is, what became of its links, and the links themselves",
  positionals: ["BATCH"],
  options: {
    status: { type: "string", value: "STATUS", description: `only links of this status: ${LINK_STATES.join(", ")}` },
    ...PAGE,
    company: COMPANY,
  },
  example: "npx tallystick link show bat_01k9zq0000000000000000000a --status created",
  run: async (deps, args) => {
    const { environment, batchId } = await namedBatch(deps, args);
    await links.giveUpSilent(deps, environment.companyId);
    const given = args.text("status");
    const status = given && readChoice(args, "status", { words: LINK_STATES, otherwise: "created" });
    const page = await links.listLinks(deps, environment, { batchId, status, ...readPage(args) });
    const { json, text } = batchAnswer(await links.showBatch(deps, environment, batchId));
    const rows = page.items.map((link) => [
      link.uid,
      link.status,
      timeText(link.expires_at),
      link.session_id,
      link.link,
    ]);
    const more = page.next === null ? "" : `More: --after ${page.next}\n`;
    const head = ["UID", "STATUS", "UNTIL (UTC)", "SESSION", "LINK"];
    return { json: { batch: json, ...page }, text: `${text}${table(head, rows, "No link.")}${more}` };
  },
};

export const linkRevoke: Command = {
  name: "link revoke",
  summary: "End a link, or all open links of a batch; the lender's server is told by application.cancelled",
  positionals: ["BATCH|SESSION"],
  options: { company: COMPANY },
  example: "npx tallystick link revoke bat_01k9zq0000000000000000000a",
  run: async (deps, args, io) => {
    const actor = cliActor(io.osUser);
    if (isSession(args))
      return linkAnswer(await links.revokeLink(deps, { ...(await namedSession(deps, args)), actor }));
    const named = await namedBatch(deps, args);
    const batch = await links.revokeBatch(deps, { ...named, actor });
    await links.continueRevoking(deps, batch, (revoked) => io.note(`${revoked} revoked …\n`));
    return batchAnswer(await links.showBatch(deps, named.environment, named.batchId));
  },
};

export const linkExtend: Command = {
  name: "link extend",
  summary: "Give a link, or all links of a batch, that wait for their opening another end date",
  positionals: ["BATCH|SESSION"],
  options: { until: { ...UNTIL, description: "the new end, such as 2026-12-31", required: true }, company: COMPANY },
  example: "npx tallystick link extend bat_01k9zq0000000000000000000a --until 2026-12-31",
  run: async (deps, args, io) => {
    const actor = cliActor(io.osUser);
    const validUntil = readTime(args, "until") ?? 0;
    if (isSession(args)) {
      return linkAnswer(await links.extendLink(deps, { ...(await namedSession(deps, args)), actor, validUntil }));
    }
    const named = await namedBatch(deps, args);
    const { extended, batch } = await links.extendBatch(deps, { ...named, actor, validUntil });
    const view = links.batchView(batch);
    return {
      json: { extended, batch: view },
      text: `${extended} links wait until ${timeText(view.valid_until)} UTC.\n`,
    };
  },
};

export const linkReissue: Command = {
  name: "link reissue",
  summary: "Give a link a new address; one that ended without a result starts again",
  positionals: ["SESSION"],
  options: { company: COMPANY },
  example: "npx tallystick link reissue ses_01k9zq0000000000000000000a",
  run: async (deps, args, io) =>
    linkAnswer(await links.reissueLink(deps, { ...(await namedSession(deps, args)), actor: cliActor(io.osUser) })),
};

function isSession(args: CommandArgs): boolean {
  return args.positionals[0]?.startsWith("ses_") === true;
}

function readPage(args: CommandArgs): { readonly limit: number; readonly after?: string | undefined } {
  return { limit: readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50, after: args.text("after") };
}

function linkAnswer(link: Link): CommandAnswer {
  return { json: link, text: `${link.uid}  ${link.status}  ${link.link}\n` };
}

function batchAnswer(batch: LinkBatch & { readonly links: Readonly<Record<string, number>> }): CommandAnswer {
  const counts = Object.entries(batch.links).filter(([, count]) => count > 0);
  const lines = [
    `${batch.name} (${batch.batch_id}): ${batch.state}, ${batch.created} of ${batch.requested} links`,
    ...(batch.skipped > 0 ? [`  left out: ${batch.skipped} lines`] : []),
    ...(batch.failure === null ? [] : [`  ${batch.failure}`]),
    ...batch.warnings.map(warningText),
    ...(batch.revoked_at === null ? [] : [`  revoked ${timeText(batch.revoked_at)} UTC`]),
    ...(counts.length === 0 ? [] : [`  ${counts.map(([state, count]) => `${count} ${state}`).join(", ")}`]),
    `  valid until ${timeText(batch.valid_until)} UTC`,
  ];
  return { json: batch, text: `${lines.join("\n")}\n`, exitCode: batch.state === "failed" ? 1 : 0 };
}

function warningText({ code, count, line, detail }: LinkBatch["warnings"][number]): string {
  return `  ${count} × ${code}${line === 0 ? "" : `, first on line ${line}`}: ${detail}`;
}

function timeText(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ");
}
