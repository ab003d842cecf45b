import { setTimeout as pause } from "node:timers/promises";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { listEnvironments, type EnvironmentPlace } from "../../features/deployments/service.ts";
import {
  eraseDue,
  erasureById,
  erasureView,
  listErasures,
  requestErasure,
  type Erasure,
} from "../../features/retention/service.ts";
import { findSession, sessionsOfUid } from "../../features/sessions/lifecycle.ts";
import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import type { Command, CommandArgs, CommandIo, CommandOption } from "../command.ts";
import { readNumber } from "./read-options.ts";
import { table } from "./table.ts";

const COMPANY: CommandOption = {
  type: "string",
  value: "ID",
  description: "the company; needed when there are several",
};

const erase: Command = {
  name: "erase",
  summary: "Erase a person's journey, by uid or session id; the uid stays used up",
  positionals: ["UID"],
  options: {
    company: COMPANY,
    integration: {
      type: "string",
      value: "ID",
      description: "Integration ID; needed when the uid was used in several",
    },
    everywhere: { type: "boolean", description: "in every environment of the company that knows the uid" },
    wait: { type: "boolean", description: "do the removal here and end when it is done (about a minute)" },
  },
  example: "npx tallystick erase APP-4711 --everywhere --wait",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const actor = cliActor(io.osUser);
    const ordered: Erasure[] = [];
    for (const target of await targetsOf(deps, companyId, args)) {
      const erasure = await requestErasure(deps, { companyId, actor, ...target }).catch(orNull);
      if (erasure !== null) ordered.push(erasure);
    }
    if (ordered.length === 0) throw unknown(args.positionals[0] ?? "");
    const erasures = args.flag("wait") ? await waitFor(deps, ordered, io) : ordered;
    const hint = erasures.some(({ state }) => state === "requested" || state === "running") ? STILL : "";
    return { json: { erasures: erasures.map(erasureView) }, text: erasuresText(erasures) + hint };
  },
};

const STILL =
  "Out of sight already. A running server removes the content within a minute; without one, run this again with --wait.\n";

interface Target {
  readonly environmentId: string;
  readonly name: { readonly uid: string } | { readonly sessionId: string };
}

/**
 * Where to ask: the one environment that is meant, or all of them, with --everywhere and when none has such a session; an
 * erased uid is known by its hash alone, and asking for it again finds its erasure. Throws `session_ambiguous`.
 */
async function targetsOf(deps: Deps, companyId: string, args: CommandArgs): Promise<readonly Target[]> {
  const [name = ""] = args.positionals;
  const integration = args.text("integration");
  const places = (await listEnvironments(deps, companyId)).filter(
    ({ integrationId }) => integration === undefined || integrationId === integration,
  );
  const sessions = await candidates(deps, companyId, name);
  const found = places.flatMap((place) =>
    sessions
      .filter(({ environmentId }) => environmentId === place.environmentId)
      .map(({ environmentId, sessionId }) => ({ place, target: { environmentId, name: { sessionId } } })),
  );
  if (found.length === 0 || (args.flag("everywhere") && !name.startsWith("ses_"))) {
    return places.map(({ environmentId }) => ({ environmentId, name: { uid: name } }));
  }
  if (found.length === 1) return found.map(({ target }) => target);
  const where = found.map(({ place }) => `  ${labelOf(place)}`).join("\n");
  throw fail(
    "session_ambiguous",
    `This uid has a session in ${found.length} environments; name one with --integration ID, or say --everywhere:\n${where}`,
  );
}

async function candidates(deps: Deps, companyId: string, name: string) {
  const byId = name.startsWith("ses_") ? await findSession(deps, { companyId, sessionId: name }) : null;
  return byId === null ? sessionsOfUid(deps, companyId, name) : [byId];
}

function unknown(name: string): AppError {
  return fail(
    "session_unknown",
    `There is no session "${name}" here. Give the uid exactly as it was sent, or the session id.`,
  );
}

function orNull(error: unknown): null {
  if (error instanceof AppError && error.code === "session_unknown") return null;
  throw error;
}

function labelOf({ deploymentName, kind, integrationId }: EnvironmentPlace): string {
  return `${integrationId} (${kind === "test" ? "Test" : "Production"} of "${deploymentName}")`;
}

/** Works on the company's erasures until these are through; those under a legal hold are not waited for. */
async function waitFor(deps: Deps, erasures: readonly Erasure[], io: CommandIo): Promise<readonly Erasure[]> {
  io.note("Removing; the pauses in between make sure that nothing under way brings it back …\n");
  for (;;) {
    const now: Erasure[] = [];
    for (const { companyId, erasureId } of erasures) {
      await eraseDue(deps, companyId);
      now.push(await erasureById(deps, { companyId, erasureId }));
    }
    if (now.every(({ state }) => state === "done" || state === "held")) return now;
    await pause(1000);
  }
}

const erasureList: Command = {
  name: "erasure list",
  summary: "Show what was erased and how far each erasure has come",
  positionals: [],
  options: {
    company: COMPANY,
    limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
    after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
  },
  example: "npx tallystick erasure list",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const { rows, next } = await listErasures(deps, companyId, { limit, after: args.text("after") });
    const more = next === null ? "" : `More: --after ${next}\n`;
    return { json: { items: rows.map(erasureView), next }, text: erasuresText(rows) + more };
  },
};

function erasuresText(erasures: readonly Erasure[]): string {
  return table(
    ["ERASURE", "SESSION", "STATE", "REQUESTED", "BY"],
    erasures.map(({ erasureId, sessionId, state, requestedAt, requestedBy }) => [
      erasureId,
      sessionId,
      state === "held" ? "held (a legal hold is in force)" : state,
      requestedAt.toISOString(),
      requestedBy,
    ]),
    "Nothing was erased.",
  );
}

export const eraseCommands: readonly Command[] = [erase, erasureList];
