import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { holdView, listHolds, placeHold, releaseHold, type Hold } from "../../features/retention/service.ts";
import { UsageError, type Command, type CommandOption } from "../command.ts";
import { readNumber } from "./read-options.ts";
import { table } from "./table.ts";

const COMPANY: CommandOption = {
  type: "string",
  value: "ID",
  description: "the company; needed when there are several",
};

const holdPlace: Command = {
  name: "hold place",
  summary: "Keep a session, or all of a company, from erasing and retention",
  positionals: [],
  options: {
    company: COMPANY,
    reason: { type: "string", value: "TEXT", description: "why; no personal data", required: true },
    session: { type: "string", value: "ID", description: "one session; tallystick session show UID tells its id" },
    everything: { type: "boolean", description: "everything of the company, the audit log too" },
  },
  example: 'npx tallystick hold place --session ses_01k9zq0000000000000000000a --reason "Complaint 2026-118"',
  run: async (deps, args, io) => {
    const sessionId = args.text("session") ?? null;
    if ((sessionId === null) !== args.flag("everything"))
      throw new UsageError("Give --session ID or --everything, one of them");
    const reason = (args.text("reason") ?? "").trim();
    if (reason === "" || reason.length > 500) throw new UsageError("--reason takes 1 to 500 characters");
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const hold = await placeHold(deps, { companyId, sessionId, reason, actor: cliActor(io.osUser) });
    return { json: holdView(hold), text: holdsText([hold]) };
  },
};

const holdRelease: Command = {
  name: "hold release",
  summary: "Release a legal hold; erasures that waited for it begin",
  positionals: ["ID"],
  options: { company: COMPANY },
  example: "npx tallystick hold release hld_01k9zq0000000000000000000a",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const [holdId = ""] = args.positionals;
    const hold = await releaseHold(deps, { companyId, holdId, actor: cliActor(io.osUser) });
    return { json: holdView(hold), text: holdsText([hold]) };
  },
};

const holdList: Command = {
  name: "hold list",
  summary: "List the legal holds in force",
  positionals: [],
  options: {
    company: COMPANY,
    all: { type: "boolean", description: "also those that were released" },
    limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
    after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
  },
  example: "npx tallystick hold list --all",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const { rows, next } = await listHolds(deps, companyId, {
      all: args.flag("all"),
      limit,
      after: args.text("after"),
    });
    const more = next === null ? "" : `More: --after ${next}\n`;
    return { json: { items: rows.map(holdView), next }, text: holdsText(rows) + more };
  },
};

function holdsText(holds: readonly Hold[]): string {
  return table(
    ["HOLD", "KEEPS", "PLACED", "BY", "RELEASED", "REASON"],
    holds.map(({ holdId, sessionId, placedAt, placedBy, releasedAt, reason }) => [
      holdId,
      sessionId ?? "the whole company",
      placedAt.toISOString(),
      placedBy,
      releasedAt?.toISOString() ?? "-",
      reason,
    ]),
    "No legal hold is in force.",
  );
}

export const holdCommands: readonly Command[] = [holdPlace, holdRelease, holdList];
