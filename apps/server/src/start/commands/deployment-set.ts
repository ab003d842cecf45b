import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import {
  setEnvironment,
  showDeployment,
  tasksSwitchedOff,
  type EnvironmentSummary,
  type SettingsPatch,
} from "../../features/deployments/service.ts";
import { UsageError, type Command, type CommandArgs, type CommandOption } from "../command.ts";
import { COMPANY_OPTION, environmentJson, environmentText } from "./deployment.ts";
import { ENV_OPTION, kindTitle, readKind } from "./environment-option.ts";

interface SettingOption {
  readonly option: CommandOption;
  /** The members of the settings that the value stands for. */
  readonly read: (value: string) => Readonly<Record<string, unknown>>;
}

const CLEARED = "none";

/** Everything but `--webhook-url` and `--tasks`, which are no plain members of the settings. */
const SETTINGS: Readonly<Record<string, SettingOption>> = {
  "completion-url": url("completion_url", "where the applicant goes after the last task"),
  "cancellation-url": url("cancellation_url", "where the applicant goes after declining"),
  "expiry-url": url("expiry_url", "where the link of an expired session leads"),
  "privacy-policy-url": url("privacy_policy_url", "the policy the consent page links to"),
  "session-hours": setting("HOURS", "how long a session stays open, 1 to 10000", (v) => ({ session_hours: number(v) })),
  languages: setting("LIST", "offered to the applicant, the first is the default, e.g. en,es", (v) => ({
    languages: list(v),
  })),
  battery: setting("VERSION", "the tasks of a session, e.g. extended-1", (v) => ({ battery: v })),
  "use-case": setting("CASE", "remote_own_device or in_branch_shared_device", (v) => ({ use_case: v })),
  "show-completion-page": setting("yes|no", "no: redirect at once", (v) => ({ show_completion_page: yesOrNo(v) })),
  "frame-ancestors": setting("LIST", `origins that may frame the journey, or ${CLEARED}`, (v) => ({
    frame_ancestors: list(v),
  })),
  "risk-band-cutoffs": setting("LIST", "four scores, e.g. 20,40,60,80", (v) => ({
    risk_band_cutoffs: list(v).map(number),
  })),
  "model-version": setting("VERSION", `scoring model, or ${CLEARED} for the battery's own`, (v) => ({
    model_version: orNull(v),
  })),
  traits: setting("scored|all", "which traits go out", (v) => ({ traits: v })),
  "personal-data-check": setting("warn|strict", "what a uid that looks like personal data meets", (v) => ({
    personal_data_check: v,
  })),
  "lender-name": setting("NAME", `shown to applicants, or ${CLEARED} for the company's name`, (v) => ({
    brand: { lender_name: orNull(v) },
  })),
  accent: setting("COLOUR", `such as #1a5fb4, or ${CLEARED}`, (v) => ({ brand: { accent: orNull(v) } })),
  "money-symbol": setting("TEXT", "currency as shown, e.g. KSh", (v) => ({
    money_unit: { symbol: v === CLEARED ? "" : v },
  })),
  "inputs-days": setting("DAYS", `what the phone sent is kept so long, or ${CLEARED} for ever`, (v) => ({
    retention: { inputs_days: orNull(v) === null ? null : number(v) },
  })),
  "results-days": setting("DAYS", `results and event bodies are kept so long, or ${CLEARED} for ever`, (v) => ({
    retention: { results_days: orNull(v) === null ? null : number(v) },
  })),
  "deliveries-days": setting("DAYS", `the log of deliveries is kept so long, or ${CLEARED} for ever`, (v) => ({
    retention: { deliveries_days: orNull(v) === null ? null : number(v) },
  })),
  "money-factor": setting("NUMBER", "by which sums are multiplied", (v) => ({ money_unit: { factor: number(v) } })),
};

export const deploymentSet: Command = {
  name: "deployment set",
  summary: `Change settings of one environment; "${CLEARED}" clears`,
  positionals: ["ID"],
  options: {
    env: ENV_OPTION,
    "webhook-url": { type: "string", value: "URL", description: `where results go, or ${CLEARED}` },
    ...Object.fromEntries(Object.entries(SETTINGS).map(([name, { option }]) => [name, option])),
    tasks: { type: "string", value: "LIST", description: "the battery's tasks that stay on, or all" },
    company: COMPANY_OPTION,
  },
  example:
    "npx tallystick deployment set dep_01k9zq0000000000000000000a --env test --webhook-url https://lender.example/hooks --session-hours 48",
  run: async (deps, args, io) => {
    const kind = readKind(args.text("env"));
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const deploymentId = args.positionals[0] ?? "";
    const webhookUrl = args.text("webhook-url");
    const before = await show(deploymentId);
    const { changed, warnings } = await setEnvironment(deps, {
      companyId,
      deploymentId,
      kind,
      settings: readSettings(args, before),
      ...(webhookUrl !== undefined && { webhookUrl: orNull(webhookUrl) }),
      actor: cliActor(io.osUser),
    });
    const after = await show(deploymentId);
    const what = changed.length > 0 ? `Changed ${changed.join(", ")}` : "Nothing to change";
    const notes = warnings.map(({ detail }) => `Note: ${detail}\n`).join("");
    return {
      json: {
        company_id: companyId,
        deployment_id: deploymentId,
        environment: kind,
        changed,
        warnings,
        ...environmentJson(after),
      },
      text: `${what} (${kindTitle(kind)}).\n${notes}${environmentText(after)}`,
    };

    async function show(id: string): Promise<EnvironmentSummary> {
      const deployment = await showDeployment(deps, companyId, id);
      const environment = deployment.environments.find((candidate) => candidate.kind === kind);
      if (!environment) throw new Error(`The deployment has no ${kind} environment.`);
      return environment;
    }
  },
};

function readSettings(args: CommandArgs, before: EnvironmentSummary): SettingsPatch {
  const patch: Record<string, unknown> = {};
  for (const [name, { read }] of Object.entries(SETTINGS)) {
    const value = args.text(name);
    if (value === undefined) continue;
    for (const [member, part] of Object.entries(read(value))) {
      // Two options may speak of one member (brand, money_unit).
      patch[member] = isObject(part) && isObject(patch[member]) ? { ...patch[member], ...part } : part;
    }
  }
  const tasks = args.text("tasks");
  if (tasks !== undefined) {
    const battery = args.text("battery") ?? before.settings.battery;
    patch["tasks_off"] = tasks === "all" ? [] : tasksSwitchedOff(battery, list(tasks));
  }
  // Values are still what a person typed: the service judges every one against the schema and explains.
  return patch;
}

function setting(value: string, description: string, read: SettingOption["read"]): SettingOption {
  return { option: { type: "string", value, description }, read };
}

function url(member: string, description: string): SettingOption {
  return setting("URL", `${description}, or ${CLEARED}`, (value) => ({ [member]: orNull(value) }));
}

function orNull(value: string): string | null {
  return value === CLEARED ? null : value;
}

function list(value: string): readonly string[] {
  if (value === CLEARED) return [];
  return value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** What is no number stays text, so that the schema's own message names the setting. */
function number(value: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

function yesOrNo(value: string): boolean {
  if (value !== "yes" && value !== "no") throw new UsageError(`--show-completion-page takes yes or no, not "${value}"`);
  return value === "yes";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
