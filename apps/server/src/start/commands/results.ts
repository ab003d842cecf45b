import { resolveCompany } from "../../features/companies/service.ts";
import { listEnvironments } from "../../features/deployments/service.ts";
import { listMismatches } from "../../features/results/service.ts";
import type { Command } from "../command.ts";
import { readNumber, readTime } from "./read-options.ts";
import { table } from "./table.ts";

const integrity: Command = {
  name: "results integrity",
  summary: "List the sessions whose replay on the server differs from what the applicant's page saw, newest first",
  positionals: [],
  options: {
    company: { type: "string", value: "ID", description: "the company; default the only one" },
    since: {
      type: "string",
      value: "DATE",
      description: "scored then or later, such as 2026-01-31 or 2026-01-31T09:00:00Z (UTC)",
    },
    limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
  },
  example: "npx tallystick results integrity --since 2026-01-01",
  run: async (deps, args) => {
    const since = readTime(args, "since") ?? null;
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const places = new Map((await listEnvironments(deps, companyId)).map((place) => [place.environmentId, place]));
    const items = (await listMismatches(deps, companyId, { since, limit })).map((found) => {
      const place = places.get(found.environmentId);
      return {
        session_id: found.sessionId,
        result_id: found.resultId,
        deployment_id: place?.deploymentId ?? null,
        deployment: place?.deploymentName ?? null,
        environment: place?.kind ?? null,
        simulated: found.simulated,
        at: Math.floor(found.at.getTime() / 1000),
        battery_version: found.batteryVersion,
        model_version: found.modelVersion,
        tasks: found.tasks,
        device_class: found.deviceClass,
        webdriver: found.webdriver,
      };
    });
    return { json: { items }, text: integrityText(items) };
  },
};

export const resultsCommands: readonly Command[] = [integrity];

interface Item {
  readonly session_id: string;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly at: number;
  readonly battery_version: string;
  readonly model_version: string;
  readonly tasks: readonly string[] | null;
  readonly device_class: string | null;
  readonly webdriver: boolean;
}

function integrityText(items: readonly Item[]): string {
  return table(
    ["SCORED (UTC)", "SESSION", "DEPLOYMENT", "ENVIRONMENT", "TASKS", "DEVICE", "BATTERY", "MODEL"],
    items.map((item) => [
      new Date(item.at * 1000).toISOString().slice(0, 19).replace("T", " "),
      item.session_id,
      item.deployment ?? "",
      item.environment ?? "",
      item.tasks === null ? "(inputs are gone)" : item.tasks.join(", "),
      `${item.device_class ?? "unknown"}${item.webdriver ? ", driven by a program" : ""}`,
      item.battery_version,
      item.model_version,
    ]),
    "Every replay agrees with what the page saw.",
  );
}
