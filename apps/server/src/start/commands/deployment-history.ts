import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { applyCopy, listSettingChanges, previewCopy } from "../../features/deployments/service.ts";
import type { Command } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { ENV_OPTION, kindTitle, namedEnvironment, readKind } from "./environment-option.ts";
import { readNumber } from "./read-options.ts";
import { table } from "./table.ts";

const ID = "dep_01k9zq0000000000000000000a";

export const deploymentHistory: Command = {
  name: "deployment history",
  summary: "Show who changed which setting of one environment, when, from what to what; newest first",
  positionals: ["ID"],
  options: {
    env: ENV_OPTION,
    setting: { type: "string", value: "NAME", description: "only this setting, such as session_hours or webhook_url" },
    limit: { type: "string", value: "NUMBER", description: "how many, at most 1000 (50)" },
    after: { type: "string", value: "CURSOR", description: "next of the page before" },
    company: COMPANY_OPTION,
  },
  example: `npx tallystick deployment history ${ID} --env production --setting webhook_url`,
  run: async (deps, args) => {
    const place = await namedEnvironment(deps, args);
    const { items, next } = await listSettingChanges(deps, place, {
      setting: args.text("setting"),
      limit: readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50,
      after: args.text("after"),
    });
    const rows = items.map((change) => [
      change.changedAt.toISOString(),
      change.actor,
      change.setting,
      shown(change.from),
      shown(change.to),
    ]);
    const more = next === null ? "" : `More: --after ${next}\n`;
    return {
      json: {
        deployment_id: place.deploymentId,
        environment: place.kind,
        items: items.map((change) => ({
          change_id: change.changeId,
          at: change.changedAt.toISOString(),
          actor: change.actor,
          setting: change.setting,
          from: change.from,
          to: change.to,
        })),
        next,
      },
      text: `${table(["AT", "BY", "SETTING", "FROM", "TO"], rows, "No setting was changed yet.")}${more}`,
    };
  },
};

export const deploymentCopy: Command = {
  name: "deployment copy",
  summary: "Show what copying settings to the other environment changes; --apply does exactly that",
  positionals: ["ID"],
  options: {
    from: { type: "string", value: "test|production", description: "the side that is copied (test)" },
    "webhook-url": { type: "boolean", description: "copy the webhook URL too" },
    apply: { type: "string", value: "VERSION", description: "apply the preview of this version" },
    company: COMPANY_OPTION,
  },
  example: `npx tallystick deployment copy ${ID}`,
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const wish = {
      companyId,
      deploymentId: args.positionals[0] ?? "",
      from: readKind(args.text("from") ?? "test"),
      withWebhookUrl: args.flag("webhook-url"),
    };
    const version = args.text("apply");
    if (version !== undefined) {
      const { to, changed } = await applyCopy(deps, { ...wish, version, actor: cliActor(io.osUser) });
      const what = changed.length === 0 ? "Nothing to change" : `Changed ${changed.join(", ")}`;
      return { json: { deployment_id: wish.deploymentId, to, changed }, text: `${what} (${kindTitle(to)}).\n` };
    }
    const preview = await previewCopy(deps, wish);
    const rows = preview.changes.map(({ setting, from, to }) => [setting, shown(from), shown(to)]);
    const flag = wish.withWebhookUrl ? " --webhook-url" : "";
    const how = `Nothing was changed. To do it: tallystick deployment copy ${wish.deploymentId} --from ${wish.from}${flag} --apply ${preview.version}\n`;
    const title = kindTitle(preview.to).toUpperCase();
    return {
      json: { deployment_id: wish.deploymentId, ...preview },
      text:
        rows.length === 0
          ? "Both environments have the same settings.\n"
          : `${table([`SETTING OF ${title}`, "NOW", "WOULD BE"], rows, "")}${how}`,
    };
  },
};

function shown(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}
