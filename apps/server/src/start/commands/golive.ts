import type { GoLive, GoLiveItem } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { checkGoLive, lookAtGoLive } from "../../features/golive/service.ts";
import type { Command } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";

const check: Command = {
  name: "golive check",
  summary: "Find out what stands between a deployment and Production; exit code 1 while something blocking is open",
  positionals: ["ID"],
  options: {
    offline: { type: "boolean", description: "ask no address and send nothing; go by what earlier checks saw" },
    "no-test-webhook": { type: "boolean", description: "ask the addresses, but send no signed test event" },
    company: COMPANY_OPTION,
  },
  example: "npx tallystick golive check dep_01k9zq0000000000000000000a",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const place = { companyId, deploymentId: args.positionals[0] ?? "" };
    const found = args.flag("offline")
      ? await lookAtGoLive(deps, place)
      : await checkGoLive(deps, place, { testWebhook: !args.flag("no-test-webhook"), actor: cliActor(io.osUser) });
    return { json: found, text: goLiveText(found), exitCode: found.ready ? 0 : 1 };
  },
};

const MARKS: Readonly<Record<GoLiveItem["state"], string>> = { ok: "ok", open: "OPEN", not_applicable: "-" };

function goLiveText(found: GoLive): string {
  const open = found.ready
    ? `Nothing blocking is open${found.advising_open > 0 ? `, ${found.advising_open} advised` : ""}.`
    : `${found.blocking_open} blocking and ${found.advising_open} advised ${found.blocking_open + found.advising_open === 1 ? "item" : "items"} open.`;
  return `${found.name}: ${open}\n\n${found.items.map(itemText).join("")}`;
}

function itemText({ state, level, title, reason, fix }: GoLiveItem): string {
  const mark = state === "open" && level === "advising" ? "advice" : MARKS[state];
  const lines = [`${mark.padEnd(8)}${title}`, `        ${reason}`];
  if (fix !== null) {
    lines.push(`        -> ${fix.text}`);
    for (const way of [fix.command, fix.call]) if (way !== null) lines.push(`           ${way}`);
  }
  return `${lines.join("\n")}\n`;
}

export const goliveCommands: readonly Command[] = [check];
