import {
  cliActor,
  exportAudit,
  listAudit,
  sealCompany,
  verifyChain,
  type AuditFilter,
  type AuditItem,
  type ChainHead,
  type ChainReport,
} from "../../features/audit/service.ts";
import { listCompanies, resolveCompany, type Company } from "../../features/companies/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type Command, type CommandArgs, type CommandOption } from "../command.ts";
import { readNumber, readTime } from "./read-options.ts";
import { saveLines } from "./save-lines.ts";
import { table } from "./table.ts";

const COMPANY: CommandOption = { type: "string", value: "ID", description: "the company; default the only one" };

const FILTER: Readonly<Record<string, CommandOption>> = {
  company: COMPANY,
  actor: { type: "string", value: "WHO", description: "user:<id>, key:<id>, cli:<os user> or system" },
  action: { type: "string", value: "ACTION", description: "such as deployment.created, or deployment for all of them" },
  target: { type: "string", value: "ID", description: "id of what it was done to" },
  since: { type: "string", value: "TIME", description: "not before, such as 2026-01-31 or 2026-01-31T09:00:00Z" },
  until: { type: "string", value: "TIME", description: "before, in the same form" },
};

function readFilter(args: CommandArgs): AuditFilter {
  return {
    actor: args.text("actor"),
    action: args.text("action"),
    targetId: args.text("target"),
    from: readTime(args, "since"),
    to: readTime(args, "until"),
  };
}

const auditList: Command = {
  name: "audit list",
  summary: "Show who did what, newest first",
  positionals: [],
  options: {
    ...FILTER,
    limit: { type: "string", value: "N", description: "entries to show, 1 to 1000; default 50" },
    after: { type: "string", value: "CURSOR", description: "go on after the page before, with its `next`" },
  },
  example: "npx tallystick audit list --action environment --since 2026-01-01",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const page = await listAudit(deps, companyId, { filter: readFilter(args), limit, after: args.text("after") });
    const more = page.next === null ? "" : `More: --after ${page.next}\n`;
    const rows = page.items.map(listRow);
    return {
      json: page,
      text: table(["TIME", "ACTOR", "ACTION", "TARGET", "DETAILS"], rows, "No entry fits.") + more,
    };
  },
};

function listRow(item: AuditItem): readonly string[] {
  const actor = item.origin === null ? item.actor : `${item.actor} (${item.origin})`;
  const details = JSON.stringify(item.details);
  return [
    new Date(item.at * 1000).toISOString().replace(".000Z", "Z"),
    actor,
    item.action,
    item.target_id,
    details === "{}" ? "" : details.length > 100 ? `${details.slice(0, 99)}…` : details,
  ];
}

const auditExport: Command = {
  name: "audit export",
  summary: "Write the audit log to a file; the export itself is recorded",
  positionals: ["FILE"],
  options: {
    ...FILTER,
    format: {
      type: "string",
      value: "FORMAT",
      description: "csv for spreadsheets, or jsonl with all that was hashed; default csv",
    },
  },
  example: "npx tallystick audit export audit-2026.csv --since 2026-01-01 --until 2027-01-01",
  run: async (deps, args, io) => {
    const [file = ""] = args.positionals;
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const format = args.text("format") ?? "csv";
    if (format !== "csv" && format !== "jsonl") throw new UsageError(`--format is csv or jsonl, not "${format}"`);
    const lines = await exportAudit(deps, companyId, { filter: readFilter(args), format, actor: cliActor(io.osUser) });
    const { bytes, sha256 } = await saveLines(file, lines);
    return { json: { file, bytes, sha256 }, text: `Wrote ${file} (${bytes} bytes)\nsha256 ${sha256}\n` };
  },
};

const auditVerify: Command = {
  name: "audit verify",
  summary: "Check that nobody altered the audit log; exit code 1 when somebody did",
  positionals: [],
  options: {
    company: { type: "string", value: "ID", description: "one company; default all of them" },
    expect: { type: "string", value: "SEQ:HASH", description: "a head you kept, for one company" },
  },
  example: "npx tallystick audit verify",
  run: async (deps, args) => {
    const kept = readHead(args.text("expect"));
    const companies = await companiesToVerify(deps, args.text("company"), kept !== undefined);
    const checked: { readonly company: Company; readonly report: ChainReport }[] = [];
    for (const company of companies) {
      // A command that ran without a server has left its own entries waiting.
      await sealCompany(deps, company.companyId);
      const report = await verifyChain(deps, company.companyId, kept && { expect: kept });
      checked.push({ company, report });
    }
    const ok = checked.every(({ report }) => report.ok);
    return {
      json: {
        ok,
        companies: checked.map(({ company, report }) => ({ company_id: company.companyId, ...view(report) })),
      },
      text: checked.map(({ company, report }) => describe(company, report)).join("\n"),
      exitCode: ok ? 0 : 1,
    };
  },
};

async function companiesToVerify(deps: Deps, companyId: string | undefined, one: boolean): Promise<readonly Company[]> {
  return companyId !== undefined || one ? [await resolveCompany(deps, companyId)] : listCompanies(deps);
}

function readHead(text: string | undefined): ChainHead | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new UsageError("--expect takes a head as audit verify prints it: a number, a colon, 64 hexadecimal digits");
  }
  return { seq: Number(match[1]), hash: match[2] };
}

function view({ ok, problem, verified, head, checkpoint, waiting, notices }: ChainReport) {
  const named = problem && { kind: problem.kind, seq: problem.seq, audit_id: problem.auditId, text: problem.text };
  return { ok, problem: named, verified, head, checkpoint, waiting, notices };
}

function describe(company: Company, report: ChainReport): string {
  const { problem, verified, head, checkpoint, notices } = report;
  const entries = `${verified} ${verified === 1 ? "entry" : "entries"}`;
  return [
    `${company.name} (${company.companyId})`,
    problem === null ? `  ok: ${entries} verified` : `  BROKEN after ${entries}: ${problem.text}`,
    ...(checkpoint === null ? [] : [`  retention removed the entries up to number ${checkpoint.seq}`]),
    ...notices.map((notice) => `  note: ${notice}`),
    ...(problem === null
      ? [
          `  head ${head.seq}:${head.hash}`,
          "  Keep the head: --expect with it shows later whether the log was rewritten.",
        ]
      : []),
    "",
  ].join("\n");
}

export const auditCommands: readonly Command[] = [auditList, auditExport, auditVerify];
