import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { listDeployments } from "../../features/deployments/service.ts";
import { auditDaysOf, setAuditDays, sweepCompany } from "../../features/retention/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type Command, type CommandArgs, type CommandOption } from "../command.ts";
import { eraseCommands } from "./erase.ts";
import { holdCommands } from "./holds.ts";
import { readNumber } from "./read-options.ts";
import { table } from "./table.ts";

const COMPANY: CommandOption = {
  type: "string",
  value: "ID",
  description: "the company; needed when there are several",
};

const retentionShow: Command = {
  name: "retention show",
  summary: "Show how long what is kept, by environment",
  positionals: [],
  options: { company: COMPANY },
  example: "npx tallystick retention show",
  run: async (deps, args) => show(deps, (await resolveCompany(deps, args.text("company"))).companyId),
};

const retentionSet: Command = {
  name: "retention set",
  summary: "Set how long the company's audit log is kept; environments: deployment set --inputs-days …",
  positionals: [],
  options: {
    company: COMPANY,
    "audit-days": {
      type: "string",
      value: "DAYS",
      description: "90 to 36500, or none to keep it for ever",
      required: true,
    },
  },
  example: "npx tallystick retention set --audit-days 3650",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    await setAuditDays(deps, companyId, { days: readAuditDays(args), actor: cliActor(io.osUser) });
    return show(deps, companyId);
  },
};

function readAuditDays(args: CommandArgs): number | null {
  if (args.text("audit-days") === "none") return null;
  const days = readNumber(args, "audit-days", { least: 90, most: 36_500 });
  if (days === undefined) throw new UsageError("--audit-days is missing");
  return days;
}

const retentionRun: Command = {
  name: "retention run",
  summary: "Remove now what is kept no longer; a running server does so every hour",
  positionals: [],
  options: { company: COMPANY },
  example: "npx tallystick retention run",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const { inputs, results, deliveries, auditEntries } = await sweepCompany(deps, companyId);
    return {
      json: { removed: { inputs, results, deliveries, audit_entries: auditEntries } },
      text: `Removed: ${inputs} of inputs, ${results} of results, ${deliveries} deliveries, ${auditEntries} entries of the audit log\n`,
    };
  },
};

async function show(deps: Deps, companyId: string) {
  const auditDays = await auditDaysOf(deps, companyId);
  const environments = (await listDeployments(deps, companyId)).flatMap(({ name, environments: both }) =>
    both.map(({ environmentId, kind, settings }) => ({ name, environmentId, kind, retention: settings.retention })),
  );
  const days = (value: number | null): string => (value === null ? "for ever" : `${value} days`);
  const rows = environments.map(({ name, kind, retention }) => [
    `${name}, ${kind === "test" ? "Test" : "Production"}`,
    days(retention.inputs_days),
    days(retention.results_days),
    days(retention.deliveries_days),
  ]);
  return {
    json: {
      audit_days: auditDays,
      environments: environments.map(({ environmentId, retention }) => ({
        environment_id: environmentId,
        ...retention,
      })),
    },
    text: `${table(["ENVIRONMENT", "INPUTS", "RESULTS", "DELIVERIES"], rows, "No deployment yet.")}Audit log: ${days(auditDays)}\n`,
  };
}

export const retentionCommands: readonly Command[] = [
  ...eraseCommands,
  ...holdCommands,
  retentionShow,
  retentionSet,
  retentionRun,
];
