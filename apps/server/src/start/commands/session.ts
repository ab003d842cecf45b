import type { RetryScoring, SessionView } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { environmentById, listEnvironments, type EnvironmentPlace } from "../../features/deployments/service.ts";
import { retryScoring } from "../../features/results/service.ts";
import { findSession, sessionsOfUid, type SessionRow } from "../../features/sessions/lifecycle.ts";
import {
  cancelSession,
  neighboursOf,
  reopenSession,
  viewOf,
  type ManageOptions,
} from "../../features/sessions/service.ts";
import { fail } from "../../infra/errors.ts";
import type { Deps } from "../../infra/deps.ts";
import type { Command, CommandAnswer, CommandArgs, CommandIo } from "../command.ts";

const OPTIONS = {
  company: { type: "string", value: "ID", description: "the company; needed when there are several" },
  integration: {
    type: "string",
    value: "ID",
    description: "Integration ID of the environment; needed when the uid was used in several",
  },
} as const;

const sessionShow: Command = {
  name: "session show",
  summary: "Show where a session stands, by uid or session id",
  positionals: ["UID"],
  options: OPTIONS,
  example: "npx tallystick session show APP-1001",
  run: async (deps, args) => answer(deps, (await theSession(deps, args)).session),
};

const sessionReopen: Command = {
  name: "session reopen",
  summary: "Let an applicant start again whose journey expired, was cancelled or was left incomplete",
  positionals: ["UID"],
  options: OPTIONS,
  example: "npx tallystick session reopen APP-1001 --integration 0123456789abcdef01234567",
  run: (deps, args, io) => act(reopenSession, { deps, args, io }),
};

const sessionCancel: Command = {
  name: "session cancel",
  summary: "End a journey that is still open; the lender's server is told by application.cancelled",
  positionals: ["UID"],
  options: OPTIONS,
  example: "npx tallystick session cancel ses_01k9zq0000000000000000000a",
  run: (deps, args, io) => act(cancelSession, { deps, args, io }),
};

const sessionRetry: Command = {
  name: "session retry",
  summary: "Try again to score a completed journey that could not be scored",
  positionals: ["UID"],
  options: OPTIONS,
  example: "npx tallystick session retry APP-1001",
  run: async (deps, args, io) => {
    const { session } = await theSession(deps, args);
    const { companyId, environmentId, sessionId } = session;
    const environment = await environmentById(deps, companyId, environmentId);
    const tried = await retryScoring(deps, { environment, sessionId, actor: cliActor(io.osUser) });
    return { json: tried, text: retryText(tried) };
  },
};

export const sessionCommands: readonly Command[] = [sessionShow, sessionReopen, sessionCancel, sessionRetry];

function retryText({ outcome, score, model_version: model, missing }: RetryScoring): string {
  switch (outcome) {
    case "scored":
      return `Scored ${score ?? ""} with ${model}; the lender's server is told by psychometric_score.complete\n`;
    case "already_scored":
      return `It has a score already: ${score ?? ""}, by ${model}\n`;
    case "still_unscorable":
      return `It still can not be scored with ${model}. Missing:\n${missing
        .map(({ metric, task, text }) => `  ${metric} (${task}): ${text}\n`)
        .join("")}`;
  }
}

async function act(
  change: (deps: Deps, options: ManageOptions) => Promise<SessionRow>,
  { deps, args, io }: { readonly deps: Deps; readonly args: CommandArgs; readonly io: CommandIo },
): Promise<CommandAnswer> {
  const { session } = await theSession(deps, args);
  const { companyId, environmentId, sessionId } = session;
  const environment = await environmentById(deps, companyId, environmentId);
  return answer(deps, await change(deps, { environment, name: { sessionId }, actor: cliActor(io.osUser) }));
}

interface Found {
  readonly session: SessionRow;
  readonly place: EnvironmentPlace;
}

/** The one session that is meant. Throws `session_unknown`, and `session_ambiguous` when a uid names several. */
async function theSession(deps: Deps, args: CommandArgs): Promise<Found> {
  const [name = ""] = args.positionals;
  const { companyId } = await resolveCompany(deps, args.text("company"));
  const places = new Map((await listEnvironments(deps, companyId)).map((place) => [place.environmentId, place]));
  const found = (await candidates(deps, companyId, name)).flatMap((session) => {
    const place = places.get(session.environmentId);
    return place === undefined ? [] : [{ session, place }];
  });
  const integration = args.text("integration");
  const meant = found.filter(({ place }) => integration === undefined || place.integrationId === integration);
  const [only, second] = meant;
  if (only === undefined) throw fail("session_unknown", await unknownText(deps, { companyId, name, elsewhere: found }));
  if (second === undefined) return only;
  const where = meant.map(({ session, place }) => `  ${labelOf(place)}: ${session.state}\n`).join("");
  throw fail(
    "session_ambiguous",
    `This uid has a session in ${meant.length} environments; name one with --integration ID:\n${where}`.trimEnd(),
  );
}

async function candidates(deps: Deps, companyId: string, name: string): Promise<readonly SessionRow[]> {
  const byId = name.startsWith("ses_") ? await findSession(deps, { companyId, sessionId: name }) : null;
  if (byId !== null && byId.state !== "erased") return [byId];
  return sessionsOfUid(deps, companyId, name);
}

async function unknownText(
  deps: Deps,
  missing: { readonly companyId: string; readonly name: string; readonly elsewhere: readonly Found[] },
): Promise<string> {
  const { companyId, name, elsewhere } = missing;
  const text = `There is no session "${name}" here.`;
  if (elsewhere.length > 0) {
    return `${text} The company has it in: ${elsewhere.map(({ place }) => labelOf(place)).join("; ")}.`;
  }
  const alike = [...new Set((await neighboursOf(deps, companyId, { uid: name })).map(({ uid }) => `"${uid}"`))];
  if (alike.length > 0) return `${text} Nearly the same: ${alike.join(", ")}.`;
  return `${text} Give the uid exactly as it was sent, or the session id.`;
}

function labelOf({ deploymentName, kind, integrationId }: EnvironmentPlace): string {
  return `${integrationId} (${kind === "test" ? "Test" : "Production"} of "${deploymentName}")`;
}

async function answer(deps: Deps, session: SessionRow): Promise<CommandAnswer> {
  const view = await viewOf(deps, session);
  return { json: view, text: textOf(view) };
}

function textOf(view: SessionView): string {
  const rows: readonly (readonly [string, string])[] = [
    ["uid", view.uid],
    ["session_id", view.session_id],
    ["integration_id", view.integration_id],
    ["state", [view.outcome ?? view.state, ...view.reasons].join(", ")],
    ["run", String(view.run)],
    ["created", timeText(view.created_at)],
    ["opened", timeText(view.opened_at)],
    ["ended", timeText(view.ended_at)],
    // Of a journey that ended otherwise it says nothing any more.
    ...(view.can_cancel
      ? [[view.clock === "running" ? "expires" : "waits until", timeText(view.expires_at)] as const]
      : []),
    ["link", view.link],
    ...view.warnings.map(({ detail }) => ["warning", detail] as const),
    ...view.earlier_runs.map(
      (run) => ["earlier run", `${run.run}: ${run.state}, ended ${timeText(run.ended_at)}`] as const,
    ),
    ...view.near_duplicates.map(({ uid, state, same_environment }) => {
      const where = same_environment ? "here" : "in another environment";
      return ["near duplicate", `${uid} (${state}, ${where})`] as const;
    }),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const ways = [
    view.can_reopen ? "session reopen" : "",
    view.can_cancel ? "session cancel" : "",
    view.outcome === "unscorable" ? "session retry" : "",
  ].filter(Boolean);
  const hint = ways.map((way) => `To go on: tallystick ${way} ${view.session_id}\n`).join("");
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("") + hint;
}

function timeText(epochSeconds: number | null): string {
  return epochSeconds === null ? "–" : new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}
