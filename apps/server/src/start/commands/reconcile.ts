import { readFile, writeFile } from "node:fs/promises";

import type { ReconcileReport } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { reportCsv } from "../../features/reconcile/report-csv.ts";
import { readList, reconcile } from "../../features/reconcile/service.ts";
import { fail } from "../../infra/errors.ts";
import { UsageError, type Command, type CommandArgs } from "../command.ts";
import { table } from "./table.ts";

const SHOWN = 20;

const reconcileCommand: Command = {
  name: "reconcile",
  summary: "Compare your own list of uids (CSV, or one a line) with ours",
  positionals: ["FILE"],
  options: {
    company: { type: "string", value: "ID", description: "company; default the only one" },
    "integration-id": {
      type: "string",
      value: "ID",
      description: "where the list's sessions should be; default anywhere",
    },
    from: {
      type: "string",
      value: "DATE",
      description: "tell also what finished here since then (UTC) and is not in the list",
    },
    to: { type: "string", value: "DATE", description: "last day of that range; default today" },
    matched: { type: "boolean", description: "list the lines that match, too" },
    out: { type: "string", value: "FILE", description: "write the whole report to this file as CSV" },
  },
  example: "npx tallystick reconcile applications.csv --from 2026-11-01 --out report.csv",
  run: async (deps, args, io) => {
    const [file = ""] = args.positionals;
    const range = rangeOf(args);
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const rows = await readList(await textOf(file));
    io.note(`Comparing ${rows.length} lines\n`);
    const report = await reconcile(deps, {
      companyId,
      rows,
      integrationId: args.text("integration-id"),
      range,
      includeMatched: args.flag("matched"),
      actor: cliActor(io.osUser),
    });
    const out = args.text("out");
    // Lists of people belong to whoever asked for them.
    if (out !== undefined) await writeFile(out, reportCsv(report), { mode: 0o600 });
    return { json: report, text: reportText(report, out) };
  },
};

export const reconcileCommands: readonly Command[] = [reconcileCommand];

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw fail("list_invalid", `The file ${file} can not be read.`, { cause: error });
  }
}

function rangeOf(args: CommandArgs): { readonly from: number; readonly to: number } | undefined {
  const from = args.text("from");
  const to = args.text("to");
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw new UsageError("--to needs --from, where the range begins");
  const last = to === undefined ? Math.ceil(Date.now() / 1000) : daySeconds("--to", to) + 86_399;
  const range = { from: daySeconds("--from", from), to: last + 1 };
  if (range.to <= range.from) throw new UsageError("--to lies before --from");
  return range;
}

function daySeconds(option: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`${option} takes a day such as 2026-11-25`);
  return at / 1000;
}

function reportText(report: ReconcileReport, out: string | undefined): string {
  const counts = Object.entries(report.summary).filter(([, count]) => count !== null);
  const shown = [
    ...report.lines.map(({ line, uid, finding, text }) => [String(line), uid, finding, text]),
    ...report.not_in_list.map(({ uid, place }) => ["", uid, "not_in_list", `${place.deployment} ${place.environment}`]),
  ];
  const more = shown.length - SHOWN;
  const where = out === undefined ? "the whole report: --out FILE or --json" : `the whole report is in ${out}`;
  return [
    table(
      ["FINDING", "LINES"],
      counts.map(([name, count]) => [name, String(count)]),
      "",
    ),
    table(["LINE", "UID", "FINDING", "WHAT"], shown.slice(0, SHOWN), "Every line matches."),
    ...(more > 0 ? [`and ${more} more; ${where}\n`] : []),
    ...(report.not_in_list_complete ? [] : ["More finished here than is listed; ask for a shorter range.\n"]),
  ].join("\n");
}
