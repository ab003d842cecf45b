import { ERRORS, JOURNEY_HEADER } from "@tallystick/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import { createTokenBuckets, type TokenBuckets } from "../../infra/token-buckets.ts";
import { environmentById, environmentByIntegration, type EnvironmentAccess } from "../deployments/service.ts";
import {
  effectiveState,
  inGrace,
  isOpen,
  readSession,
  type SessionRow,
  type SessionState,
} from "../sessions/lifecycle.ts";
import { readCredential, type Credential, type Credentials } from "./credentials.ts";
import { openLink, setJourneyCookie, type Door } from "./hand-over.ts";
import { inBranch, openFromStaffScreen, showHandBack, showStaffScreen } from "./kiosk.ts";
import { firstOpenTask, journeyLanguage, noteRedirect } from "./service.ts";
import type { Outcome } from "./pages/end.ts";
import type { Manifest } from "./pages/assets.ts";
import { queryText } from "./page-query.ts";
import { sendEnd, sendJourneyPage, sendNotice, sendShell } from "./pages.ts";
import { sendRecorded } from "./recorded.ts";
import { goTo, type PageContext } from "./send-html.ts";

interface PageRoutes {
  readonly credentials: Credentials;
  readonly manifest: Manifest;
}

type Answer = (context: PageContext) => Promise<FastifyReply>;

/** What an applicant's browser asks for by GET. None of it changes a state: messengers fetch links for previews. */
export function registerPageRoutes(app: FastifyInstance, deps: Deps, { credentials, manifest }: PageRoutes): void {
  const page = (answer: Answer) => async (request: FastifyRequest, reply: FastifyReply) => {
    const context: PageContext = { deps, manifest, request, reply };
    try {
      return await answer(context);
    } catch (error) {
      return answerFailure(context, error);
    }
  };
  const bucket = createTokenBuckets(RATE);
  const limited = (key: string, answer: Answer) =>
    page((context) => {
      // The tail alone: it is what differs between tokens, and a table of whole ones would be large.
      limit(bucket, param(context.request, key).slice(-64));
      return answer(context);
    });
  const door = (kind: Door) =>
    limited("secret", (context) => openLink(context, kind, param(context.request, "secret")));
  app.get("/a/:secret", door("code"));
  app.get("/psychometrics/:secret", door("token"));
  // The form of a JWT and what a messenger may put after it, so that no other address of the root is taken for a link.
  app.get("/:secret([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+[^A-Za-z0-9_/-]*)", door("token"));
  app.get(
    "/play/:session_id",
    page((context) => showJourney(context, credentials)),
  );
  app.get(
    "/recorded",
    page(async (context) => sendRecorded(context, await namedEnvironment(context))),
  );
  app.get(
    "/play/:session_id/end",
    page((context) => showEnd(context, credentials)),
  );
  const kiosk = "/kiosk/:integration_id";
  app.get(kiosk, page(inBranch(showStaffScreen)));
  app.get(`${kiosk}/open`, limited("integration_id", inBranch(openFromStaffScreen)));
  app.get(`${kiosk}/end`, page(inBranch(showHandBack)));
}

/** Openings of one link or from one staff screen: a person takes seconds for one, a program in a loop does not. */
const RATE = { perSecond: 10, burst: 100 };

function limit(bucket: TokenBuckets, key: string): void {
  const seconds = bucket.take(key);
  if (seconds === 0) return;
  throw fail("rate_limited", "This link is opened too often at once.", { headers: { "retry-after": String(seconds) } });
}

/**
 * The page of a link that is none, for whoever reads it at an address that means nothing: most often a link that was
 * cut. One slash too many after a whole code is mended instead.
 */
export function createNeutralPage(deps: Deps, manifest: Manifest) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ""] = (request.raw.url ?? "").split("?");
    const [, code] = /^\/a\/([0-9a-z]+)\/+$/i.exec(path) ?? [];
    if (code !== undefined) return goTo(reply, `/a/${code}`);
    return sendNotice({ deps, manifest, request, reply }, "unknown", { status: ERRORS.journey_unknown.status });
  };
}

function param(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? "";
}

/** A person who waits should not wait long, and thousands who wait should not keep a database down. */
const RETRY_SECONDS = 5;

/** A page, not JSON, for a person in front of it. */
function answerFailure(context: PageContext, error: unknown): FastifyReply {
  const status = error instanceof AppError ? error.status : 500;
  if (status >= 500) context.request.log.error({ requestId: context.request.id, err: error }, "page failed");
  if (error instanceof AppError) context.reply.headers({ ...error.headers });
  if (status === 503) return sendNotice(context, "maintenance", { status, retrySeconds: RETRY_SECONDS });
  if (status === 429) return sendNotice(context, "busy", { status, retrySeconds: RETRY_SECONDS });
  return sendNotice(context, "failed", { status });
}

type Visit =
  | {
      readonly kind: "session";
      readonly session: SessionRow;
      readonly state: SessionState;
      readonly credential: Exclude<Credential, string>;
      /** The choice this browser remembers, then the journey's language. */
      readonly languages: readonly (string | null)[];
    }
  | { readonly kind: "replaced"; readonly languages: readonly (string | null)[] }
  | { readonly kind: "no_credential" | "unknown" };

async function visit({ deps, request }: PageContext, credentials: Credentials): Promise<Visit> {
  const sessionId = param(request, "session_id");
  const credential = readCredential(deps, request, sessionId);
  if (typeof credential === "string") return { kind: "no_credential" };
  const subject = await credentials.subjectOf(credential.token);
  if (subject === null || subject.sessionId !== sessionId) return { kind: "unknown" };
  const session = await readSession(deps.db, subject);
  if (session === null || session.state === "erased") return { kind: "unknown" };
  const languages = [credential.language, await journeyLanguage(deps, session)];
  if (session.run !== subject.run) return { kind: "replaced", languages };
  return { kind: "session", session, state: effectiveState(session), credential, languages };
}

async function showJourney(context: PageContext, credentials: Credentials): Promise<FastifyReply> {
  const { deps, request, reply } = context;
  const found = await visit(context, credentials);
  switch (found.kind) {
    case "no_credential":
      return sendShell(context, param(request, "session_id"), await namedEnvironment(context));
    case "replaced":
      return sendNotice(context, "replaced", { status: ERRORS.journey_replaced.status, languages: found.languages });
    case "unknown":
      return sendNotice(context, "unknown", { status: ERRORS.journey_unknown.status });
    case "session": {
      const { session, state, languages } = found;
      const environment = await environmentById(deps, session.companyId, session.environmentId);
      if (state === "created" || state === "opened") {
        const nextTask = session.taskPlan[0]?.key ?? null;
        rememberChoice(context, found, environment);
        return sendJourneyPage(context, session, environment, { screen: "consent", nextTask, languages });
      }
      // A page that asks with the header learns of the end by its first call: it could not follow a redirect.
      const isByHeader = typeof request.headers[JOURNEY_HEADER] === "string";
      if (!isOpen(state) && !isByHeader) {
        // Whoever comes from the link again is told that it was used; who has just finished, that all has arrived.
        const again = state === "completed" ? "?again" : "";
        return goTo(reply, `/play/${session.sessionId}/end${again}`);
      }
      const nextTask = await firstOpenTask(deps, session);
      return sendJourneyPage(context, session, environment, { screen: "tasks", nextTask, languages });
    }
  }
}

/** So that the link, opened again, speaks the language that was chosen here; the journey itself stays as it is. */
function rememberChoice(
  context: PageContext,
  { session, credential }: Extract<Visit, { kind: "session" }>,
  environment: EnvironmentAccess,
): void {
  const wish = queryText(context.request, "lang");
  const language = environment.settings.languages.find((offered) => offered === wish);
  if (language === undefined || credential.via !== "cookie" || credential.language === language) return;
  setJourneyCookie(context, session, { environment, token: credential.token, language });
}

async function showEnd(context: PageContext, credentials: Credentials): Promise<FastifyReply> {
  const { deps, reply } = context;
  const found = await visit(context, credentials);
  switch (found.kind) {
    case "no_credential":
      return showNamedEnd(context);
    case "replaced":
      return sendNotice(context, "replaced", { status: ERRORS.journey_replaced.status, languages: found.languages });
    case "unknown":
      return sendNotice(context, "unknown", { status: ERRORS.journey_unknown.status });
    case "session": {
      const { session, languages } = found;
      // Past its time a journey may still send what it has, but whoever asks for its end sees that it is over.
      const outcome = inGrace(session) ? "expired" : outcomeOf(found.state);
      if (outcome === null) return goTo(reply, `/play/${session.sessionId}`);
      const environment = await environmentById(deps, session.companyId, session.environmentId);
      // A cancelled journey that the applicant did not decline was closed by the lender.
      const isDeclined = session.endReasons.includes("PRIVACY_POLICY_REJECTED");
      const ended = outcome === "cancelled" && !isDeclined ? "withdrawn" : outcome;
      const shown = ended === "completed" && queryText(context.request, "again") !== null ? "again" : ended;
      await noteRedirect(deps, session, { outcome: ended, settings: environment.settings });
      return sendEnd(context, shown, environment, languages);
    }
  }
}

/** A browser that refuses cookies brings outcome and Integration ID in the address; neither proves anything. */
async function showNamedEnd(context: PageContext): Promise<FastifyReply> {
  const known = outcomeOf(queryText(context.request, "outcome") ?? "");
  const environment = await namedEnvironment(context);
  if (known === null || environment === null) {
    return sendNotice(context, "unknown", { status: ERRORS.journey_unknown.status });
  }
  return sendEnd(context, known, environment, []);
}

async function namedEnvironment({ deps, request }: PageContext) {
  const integration = queryText(request, "integration");
  return integration === null ? null : environmentByIntegration(deps, integration);
}

function outcomeOf(state: string): Outcome | null {
  return state === "completed" || state === "cancelled" || state === "incomplete" || state === "expired" ? state : null;
}
