import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { listEnvironments, showDeployment, type EnvironmentPlace } from "../../features/deployments/service.ts";
import { modelVersions } from "../../features/models/service.ts";
import {
  rescore,
  SKIP_REASONS,
  type RescoreReport,
  type RescoreScope,
  type SkipReason,
} from "../../features/results/service.ts";
import { findSession } from "../../features/sessions/lifecycle.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { UsageError, type Command, type CommandArgs, type CommandIo } from "../command.ts";
import { readKind } from "./environment-option.ts";
import { readNumber, readTime } from "./read-options.ts";
import { table } from "./table.ts";

const rescoreCommand: Command = {
  name: "rescore",
  summary:
    "Score stored sessions again from their raw inputs: compare with what was sent, or add results of another model; sends nothing",
  positionals: [],
  options: {
    session: { type: "string", value: "ID", description: "one session, by its id" },
    uid: { type: "string", value: "UID", description: "one session, by uid; needs --deployment and --env" },
    deployment: { type: "string", value: "ID", description: "the sessions of a deployment" },
    env: { type: "string", value: "test|production", description: "of one side of it; default both" },
    all: { type: "boolean", description: "every session of the company" },
    from: {
      type: "string",
      value: "DATE",
      description: "that ended then or later, such as 2026-01-31 or 2026-01-31T09:00:00Z (UTC)",
    },
    to: { type: "string", value: "DATE", description: "that ended on or before that day, or before that time (UTC)" },
    model: {
      type: "string",
      value: "VERSION",
      description:
        "add results of this version beside those that were sent; without: only compare, exit code 1 when one differs",
    },
    limit: { type: "string", value: "N", description: "calculate so many sessions at most, then stop" },
    company: { type: "string", value: "ID", description: "the company; default the only one" },
  },
  example: "npx tallystick rescore --deployment dep_01k9zq0000000000000000000a --env production --from 2026-01-01",
  run: async (deps, args, io) => {
    refuseUnclear(args);
    const [from, to, limit] = [readTime(args, "from") ?? null, readEnd(args), readNumber(args, "limit", LIMIT) ?? null];
    if (from !== null && to !== null && to <= from) throw new UsageError("--to lies before --from");
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const modelVersion = await readModel(deps, companyId, args.text("model"));
    const place = await placeOf(deps, companyId, args);
    const signal = io.interruption?.();
    const report = await rescore(deps, {
      scope: { companyId, from, to, ...place.scope },
      modelVersion,
      limit,
      actor: cliActor(io.osUser),
      named: { ...place.named, from: args.text("from") ?? null, to: args.text("to") ?? null, limit },
      ...(signal && { signal }),
      onProgress: progressNote(io),
    });
    const wasCutOff = signal?.aborted === true && report.left > 0;
    const isBad = wasCutOff || report.counts.different > 0 || report.skipped.inputs_altered !== undefined;
    return { json: reportJson(report), text: reportText(report), exitCode: isBad ? 1 : 0 };
  },
};

export const rescoreCommands: readonly Command[] = [rescoreCommand];

const LIMIT = { least: 1, most: 1_000_000_000 };
const DAY_SECONDS = 86_400;
const NOTE_EVERY_MS = 1000;

/** One way to name what is meant, and nothing beside it that would not be looked at. */
function refuseUnclear(args: CommandArgs): void {
  const has = (option: string): boolean => args.text(option) !== undefined;
  const ways = [has("session"), has("uid") || has("deployment"), args.flag("all")].filter(Boolean).length;
  if (ways !== 1) {
    throw new UsageError("Say what to score again: --session ID, --uid UID, --deployment ID or --all, one of them");
  }
  if (has("uid") && !(has("deployment") && has("env"))) {
    throw new UsageError("--uid needs --deployment ID and --env test|production: a uid may stand in several places");
  }
  if (has("env") && !has("deployment")) throw new UsageError("--env needs --deployment ID");
  if ((has("session") || has("uid")) && (has("from") || has("to"))) {
    throw new UsageError("--from and --to take a range; one session is named without them");
  }
}

/** The bound after the last moment that is meant: a day alone counts to its end. */
function readEnd(args: CommandArgs): number | null {
  const at = readTime(args, "to");
  if (at === undefined) return null;
  return /T/.test(args.text("to") ?? "") ? at : at + DAY_SECONDS;
}

async function readModel(deps: Deps, companyId: string, version: string | undefined): Promise<string | null> {
  if (version === undefined) return null;
  const known = await modelVersions(deps.db, companyId);
  if (known.includes(version)) return version;
  throw new UsageError(`There is no model version "${version}"; this company has ${known.join(", ")}`);
}

interface Place {
  readonly scope: Pick<RescoreScope, "environmentIds" | "sessionId">;
  /** For the audit log. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** Throws `deployment_unknown`, `session_unknown`, UsageError. */
async function placeOf(deps: Deps, companyId: string, args: CommandArgs): Promise<Place> {
  const sessionId = args.text("session");
  if (sessionId !== undefined) return placeOfSession(deps, { companyId, sessionId });
  const places = await listEnvironments(deps, companyId);
  const deploymentId = args.text("deployment");
  if (deploymentId === undefined) {
    return { scope: { environmentIds: places.map(idOf), sessionId: null }, named: { all: true } };
  }
  await showDeployment(deps, companyId, deploymentId);
  const env = args.text("env") === undefined ? null : readKind(args.text("env"));
  const environmentIds = places
    .filter((place) => place.deploymentId === deploymentId && (env === null || place.kind === env))
    .map(idOf);
  const uid = args.text("uid");
  if (uid !== undefined) return placeOfSession(deps, { companyId, environmentId: environmentIds[0] ?? "", uid });
  return { scope: { environmentIds, sessionId: null }, named: { deployment_id: deploymentId, environment: env } };
}

function idOf({ environmentId }: EnvironmentPlace): string {
  return environmentId;
}

async function placeOfSession(deps: Deps, name: Parameters<typeof findSession>[1]): Promise<Place> {
  const session = await findSession(deps, name);
  if (session === null) {
    throw fail("session_unknown", "There is no such session here. Give the uid exactly as it was sent, or the id.");
  }
  const { sessionId, environmentId, state } = session;
  if (state !== "completed" && state !== "erased") {
    throw new UsageError(`The session ${sessionId} is ${state}: only a completed one was scored`);
  }
  return { scope: { environmentIds: [environmentId], sessionId }, named: { session_id: sessionId } };
}

/** A line a second: how far, and how fast since the start. */
function progressNote(io: CommandIo): (progress: { readonly done: number; readonly total: number }) => void {
  const started = performance.now();
  let saidAt = started;
  return ({ done, total }) => {
    const now = performance.now();
    if (now - saidAt < NOTE_EVERY_MS) return;
    saidAt = now;
    io.note(`${done} of ${total} sessions, ${Math.round((1000 * done) / (now - started))} a second …\n`);
  };
}

function reportJson({ modelVersion, counts, simulated, different, skipped, left }: RescoreReport) {
  return {
    model_version: modelVersion,
    considered: counts.considered,
    written: counts.written,
    same: counts.same,
    different: different.map(({ sessionId, resultId }) => ({ session_id: sessionId, result_id: resultId })),
    different_count: counts.different,
    skipped,
    left,
    simulated: {
      considered: simulated.considered,
      written: simulated.written,
      same: simulated.same,
      different_count: simulated.different,
    },
  };
}

function reportText(report: RescoreReport): string {
  const { modelVersion, counts, simulated, different, skipped, left } = report;
  const of = (mine: keyof typeof counts): readonly string[] => [String(counts[mine]), String(simulated[mine])];
  const reasons = Object.entries(SKIP_REASONS) as [SkipReason, string][];
  const rows = [
    ["considered", ...of("considered")],
    ...(modelVersion === null
      ? [
          ["same", ...of("same")],
          ["different", ...of("different")],
        ]
      : [[`written (${modelVersion})`, ...of("written")]]),
    ...reasons.flatMap(([reason, text]) => {
      const sessions = skipped[reason];
      return sessions === undefined ? [] : [[`skipped: ${text}`, String(sessions), ""]];
    }),
    ["left", String(left), ""],
  ];
  return [
    table(["", "SESSIONS", "OF THEM SIMULATED"], rows, ""),
    ...(different.length > 0 ? [differentText(report)] : []),
    ...(left > 0 ? [leftText(report)] : []),
  ].join("\n");
}

function differentText({ different, counts }: RescoreReport): string {
  const listed = table(
    ["SESSION", "RESULT THAT DIFFERS"],
    different.map(({ sessionId, resultId }) => [sessionId, resultId]),
    "",
  );
  const more = counts.different - different.length;
  return more > 0 ? `${listed}and ${more} more; name a shorter range to see them\n` : listed;
}

function leftText({ modelVersion, left }: RescoreReport): string {
  const sessions = `${left} ${left === 1 ? "session is" : "sessions are"} left.`;
  return modelVersion === null
    ? `${sessions} A check begins anew when it is called again; --from and --to make it shorter.\n`
    : `${sessions} Run the same line again to go on: what is written is passed over.\n`;
}
