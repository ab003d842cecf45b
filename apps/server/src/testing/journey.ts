import {
  digestTrials,
  findTask,
  playTask,
  replay,
  type PlayerName,
  type SandboxPlayer,
  type TaskInput,
} from "@tallystick/tasks";
import { webhookBodySchema, type Device, type Grant, type Journey, type WebhookBody } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import { SYSTEM } from "../features/audit/service.ts";
import { createCompany } from "../features/companies/service.ts";
import {
  createDeployment,
  environmentById,
  setEnvironment,
  type SettingsPatch,
} from "../features/deployments/service.ts";
import { createSession } from "../features/sessions/service.ts";
import type { Deps } from "../infra/deps.ts";

export const DEVICE: Device = {
  class: "phone",
  pointer: "coarse",
  refresh_hz: 60,
  viewport: [390, 844],
  webdriver: false,
  reduced_motion: false,
  time_zone_offset_minutes: 0,
};

export interface Lender {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly environmentId: string;
  readonly integrationId: string;
  session(
    uid?: string,
    request?: { language?: string; metadata?: Record<string, string> },
  ): Promise<{
    readonly sessionId: string;
    readonly uid: string;
    readonly token: string;
    readonly code: string;
  }>;
}

let made = 0;

/** A company with one deployment; sessions are created in its Test environment. */
export async function createLender(deps: Deps, settings?: SettingsPatch): Promise<Lender> {
  made += 1;
  const { companyId } = await createCompany(deps, { name: `Lender ${made}`, actor: SYSTEM });
  const { deploymentId, test } = await createDeployment(deps, { companyId, name: "Loans", actor: SYSTEM });
  if (settings) await setEnvironment(deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });
  const { environmentId, integrationId } = test;
  return {
    companyId,
    deploymentId,
    environmentId,
    integrationId,
    async session(uid = `APP-${(made += 1)}-x`, request = {}) {
      const environment = await environmentById(deps, companyId, environmentId);
      const created = await createSession(deps, environment, { uid, integration_id: integrationId, ...request });
      const code = created.link.slice(created.link.lastIndexOf("/") + 1);
      return { sessionId: created.session_id, uid, token: created.access_token, code };
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An applicant's browser, as far as the server can tell: cookies, and the calls of the page. */
export class Applicant {
  readonly app: FastifyInstance;
  readonly cookies = new Map<string, string>();
  sessionId = "";
  journeyToken = "";
  journey: Journey | null = null;
  /** What the consent page was read in, which the journey then keeps. */
  language = "en";

  constructor(app: FastifyInstance) {
    this.app = app;
  }

  /** Opens a link and keeps the cookie and the token of the fragment. */
  async follow(path: string): Promise<{ readonly status: number; readonly location: string; readonly body: string }> {
    const answer = await this.get(path);
    // On a shared device the address carries no token.
    const match = /^\/play\/([^#?/]+)[^#]*(?:#j=(.+))?$/.exec(answer.location);
    this.sessionId = match?.[1] ?? this.sessionId;
    this.journeyToken = match?.[2] ?? this.journeyToken;
    return answer;
  }

  async get(path: string, headers: Record<string, string> = {}) {
    const answer = await this.app.inject({
      method: "GET",
      url: path,
      headers: { ...this.#cookieHeader(), ...headers },
    });
    for (const { name, value, maxAge } of answer.cookies) {
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return {
      status: answer.statusCode,
      location: String(answer.headers["location"] ?? ""),
      body: answer.body,
      headers: answer.headers,
    };
  }

  async post(call: string, payload: unknown, options: { sessionId?: string; headers?: Record<string, string> } = {}) {
    const answer = await this.app.inject({
      method: "POST",
      url: `/play/${options.sessionId ?? this.sessionId}/${call}`,
      headers: { "content-type": "application/json", ...this.#cookieHeader(), ...options.headers },
      payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    });
    const body = answer.body === "" ? {} : (answer.json() as Record<string, unknown>);
    return { status: answer.statusCode, body };
  }

  get position(): { readonly run: number; readonly epoch: number } {
    if (this.journey === null) throw new Error("the journey was not opened");
    return { run: this.journey.run, epoch: this.journey.epoch };
  }

  /** `opening`: a name of this opening, as pages give it; default: none, as older pages. */
  async open(tab = "tab-0123456789", opening?: string): Promise<Answer> {
    const answer = await this.post("open", { tab, device: DEVICE, ...(opening === undefined ? {} : { opening }) });
    if (answer.status === 200) this.journey = answer.body as unknown as Journey;
    return answer;
  }

  async consent(decision: "accepted" | "declined" = "accepted"): Promise<Answer> {
    const { language } = this;
    const answer = await this.post("consent", { ...this.position, decision, text_version: "1", language });
    if (answer.status === 200 && "grants" in answer.body) this.journey = answer.body as unknown as Journey;
    return answer;
  }

  batch(place: { grant: Grant; seq: number; inputs: readonly TaskInput[] }): Promise<Answer> {
    const { task_index, attempt } = place.grant;
    return this.post("batches", { ...this.position, task_index, attempt, seq: place.seq, inputs: place.inputs });
  }

  /** Plays the granted task through, `size` inputs a batch; returns the last batch's number. */
  async playTask(player: PlayerName | SandboxPlayer = "honest", size = 30): Promise<number> {
    const grant = this.grant();
    const batches = chunks(inputsOf(grant, player), size);
    for (const [seq, inputs] of batches.entries()) await this.batch({ grant, seq, inputs });
    return batches.length - 1;
  }

  grant(index = 0): Grant {
    const grant = this.journey?.grants[index];
    if (!grant) throw new Error("no task is granted");
    return grant;
  }

  /** `more`: further members of the call, e.g. `digest`. */
  async taskDone(lastSeq: number, more: object = {}): Promise<Answer> {
    const { task_index, attempt } = this.grant();
    const answer = await this.post("task-done", { ...this.position, task_index, attempt, last_seq: lastSeq, ...more });
    if (answer.status === 200) this.journey = answer.body as unknown as Journey;
    return answer;
  }

  /** Everything up to, not including, the finish. */
  async playAll(path: string, player: PlayerName | SandboxPlayer = "honest"): Promise<void> {
    await this.follow(path);
    await this.open();
    await this.consent();
    while (this.journey?.grants.length) {
      const digest = digestOf(this.grant(), player);
      await this.taskDone(await this.playTask(player), { digest });
    }
  }

  finish(tasks: readonly unknown[] = []): Promise<Answer> {
    return this.post("finish", { ...this.position, tasks });
  }

  #cookieHeader(): Record<string, string> {
    if (this.cookies.size === 0) return {};
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }
}

/** An applicant who has opened a new session's link and agreed. */
export async function startPlaying(
  app: FastifyInstance,
  lender: Lender,
): Promise<{ readonly applicant: Applicant; readonly sessionId: string }> {
  const session = await lender.session();
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${session.code}`);
  await applicant.open();
  await applicant.consent();
  return { applicant, sessionId: session.sessionId };
}

export function inputsOf(grant: Grant, player: PlayerName | SandboxPlayer = "honest"): readonly TaskInput[] {
  const definition = findTask(grant.task, grant.version);
  if (definition === null) throw new Error("the granted task does not exist");
  return playTask(definition, player, {
    seed: grant.seed,
    parameters: grant.parameters,
    personSeed: "00112233445566778899aabbccddeeff",
  });
}

/** What an honest page says at the end of the task. */
export function digestOf(grant: Grant, player: PlayerName | SandboxPlayer = "honest"): string {
  const definition = findTask(grant.task, grant.version);
  if (definition === null) throw new Error("the granted task does not exist");
  const { seed, parameters } = grant;
  return digestTrials(replay(definition, { seed, parameters, inputs: inputsOf(grant, player) }).trials);
}

export function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

export interface SessionView {
  readonly state: string;
  readonly outcome: string | null;
  readonly end_reasons: readonly string[];
  readonly epoch: number;
  readonly opened_at: Date | null;
}

export async function sessionView(deps: Deps, lender: Lender, sessionId: string): Promise<SessionView> {
  const rows = await deps.db.query<SessionView>(
    "SELECT state, outcome, end_reasons, epoch, opened_at FROM sessions WHERE company_id = $1 AND session_id = $2",
    [lender.companyId, sessionId],
  );
  const row = rows[0];
  if (!row) throw new Error("no such session");
  return row;
}

/** The bodies of a session's events, the oldest first. */
export async function eventsOf(deps: Deps, lender: Lender, sessionId: string): Promise<readonly WebhookBody[]> {
  const rows = await deps.db.query<{ readonly body: string }>(
    "SELECT body FROM events WHERE company_id = $1 AND session_id = $2 ORDER BY type",
    [lender.companyId, sessionId],
  );
  return rows.map((row) => webhookBodySchema.parse(JSON.parse(row.body)));
}

/** As if the session had been created so long ago that it ends `seconds` from now. */
export async function moveExpiry(
  deps: Deps,
  lender: Lender,
  place: { sessionId: string; seconds: number },
): Promise<void> {
  await deps.db.query(
    `UPDATE sessions SET expires_at = date_trunc('second', now()) + make_interval(secs => $3::int)
      WHERE company_id = $1 AND session_id = $2`,
    [lender.companyId, place.sessionId, place.seconds],
  );
}
