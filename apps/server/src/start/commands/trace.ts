import type { SearchPage, Trace } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { searchUids, traceUid } from "../../features/trace/service.ts";
import { UsageError, type Command } from "../command.ts";
import { table } from "./table.ts";

const COMPANY = { type: "string", value: "ID", description: "company; default the only one" } as const;

const trace: Command = {
  name: "trace",
  summary: "Show everything that happened to a uid, in all deployments and both environments",
  positionals: ["UID"],
  options: { company: COMPANY },
  example: "npx tallystick trace APP-4711",
  run: async (deps, args, io) => {
    const [uid = ""] = args.positionals;
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const found = await traceUid(deps, { companyId, uid, actor: cliActor(io.osUser) });
    return { json: found, text: traceText(uid, found) };
  },
};

const search: Command = {
  name: "search",
  summary: "Find uids by how they begin, in all deployments and both environments",
  positionals: ["UID"],
  options: {
    company: COMPANY,
    limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
    after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
  },
  example: "npx tallystick search APP-47",
  run: async (deps, args) => {
    const [q = ""] = args.positionals;
    if (!/^[A-Za-z0-9_-]{1,60}$/.test(q)) throw new UsageError("UID takes 1 to 60 of A–Z, a–z, 0–9, _ and -");
    const limit = Number(args.text("limit") ?? "50");
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new UsageError("--limit takes a whole number from 1 to 1000");
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const page = await searchUids(deps, { companyId, q, limit, after: args.text("after") });
    return { json: page, text: searchText(page, q) };
  },
};

export const traceCommands: readonly Command[] = [trace, search];

function traceText(uid: string, found: Trace): string {
  const sections = [
    found.sessions.length === 0 ? `${uid} is not known in this company.\n` : sessionsText(uid, found),
    ...(found.items.length > 0 ? [itemsText(found)] : []),
    ...(found.truncated ? ["More is stored than is shown here.\n"] : []),
    ...(found.near_duplicates.length > 0 ? [nearText(found)] : []),
  ];
  return sections.join("\n");
}

function sessionsText(uid: string, found: Trace): string {
  return table(
    ["UID", "DEPLOYMENT", "ENVIRONMENT", "STATE", "RUN", "SESSION"],
    found.sessions.map(({ place, state, outcome, run, session_id }) => [
      uid,
      placeName(place),
      place.environment,
      outcome === null ? state : `${state}, ${outcome}`,
      String(run),
      session_id,
    ]),
    "",
  );
}

function itemsText(found: Trace): string {
  return table(
    ["WHEN (UTC)", "WHERE", "RUN", "WHAT"],
    found.items.map(({ at, environment, deployment, run, text }) => [
      timeText(at),
      `${deployment} ${environment}`,
      run === null ? "" : String(run),
      text,
    ]),
    "",
  );
}

function nearText(found: Trace): string {
  const rows = found.near_duplicates.map(({ uid, place, state, created_at }) => [
    uid,
    placeName(place),
    place.environment,
    state,
    timeText(created_at),
  ]);
  return `Easily mistaken for it:\n${table(["UID", "DEPLOYMENT", "ENVIRONMENT", "STATE", "CREATED (UTC)"], rows, "")}`;
}

function searchText(page: SearchPage, q: string): string {
  const text = table(
    ["UID", "DEPLOYMENT", "ENVIRONMENT", "STATE", "CREATED (UTC)", "SESSION"],
    page.items.map(({ uid, place, state, created_at, session_id }) => [
      uid,
      placeName(place),
      place.environment,
      state,
      timeText(created_at),
      session_id,
    ]),
    `No uid begins like ${q}.`,
  );
  return page.next === null ? text : `${text}More: --after ${page.next}\n`;
}

function placeName(place: Trace["sessions"][number]["place"]): string {
  return place.archived ? `${place.deployment} (archived)` : place.deployment;
}

function timeText(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ");
}
