import { ERRORS, isLanguage, type LanguageCode } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { sessionByLink } from "../sessions/service.ts";
import { issueJourneyToken, verifyAccessToken } from "../sessions/tokens.ts";
import { journeyCookieLines, readJourneyCookies } from "./cookies.ts";
import { queryText } from "./page-query.ts";
import { goTo, sendNotice, type PageContext } from "./pages.ts";

/** How the applicant comes: with the lender's access token, or with the short code of `/a/`. */
export type Door = "token" | "code";

/** Past the end of a journey its page stays reachable for a day without the link. */
const COOKIE_AFTERLIFE_MS = 86_400_000;

/** Sets the journey cookie and sends the browser to the journey's page, whose address carries no token. */
export async function openLink(context: PageContext, door: Door, secret: string): Promise<FastifyReply> {
  const found = door === "token" ? await sessionOfToken(context, secret) : await sessionOfCode(context, secret);
  if (found === "replaced") return sendNotice(context, "replaced", ERRORS.journey_replaced.status);
  if (found === null || found.state === "erased") {
    return sendNotice(context, "unknown", ERRORS.journey_unknown.status);
  }
  return handOver(context, found);
}

async function sessionOfToken({ deps }: PageContext, token: string): Promise<SessionRow | "replaced" | null> {
  const subject = await verifyAccessToken(deps, token);
  if (subject === null) return null;
  const session = await readSession(deps.db, subject);
  return session !== null && session.state !== "erased" && session.run !== subject.run ? "replaced" : session;
}

async function sessionOfCode({ deps }: PageContext, code: string): Promise<SessionRow | "replaced" | null> {
  const link = await sessionByLink(deps, code);
  if (link === null) return null;
  const session = await readSession(deps.db, link);
  return session !== null && session.state !== "erased" && link.isReplaced ? "replaced" : session;
}

/** The latest moment at which the journey may still be sent to. A clock that waits starts with the opening. */
function lastUseOf(session: SessionRow, sessionHours: number): number {
  const afterOpening = session.clock === "running" ? 0 : session.at.getTime() + sessionHours * 3_600_000;
  return Math.max(session.expiresAt.getTime(), afterOpening) + GRACE_SECONDS * 1000;
}

function cookieEnd(session: SessionRow, sessionHours: number): Date {
  const lastUse = Math.max(lastUseOf(session, sessionHours), session.at.getTime());
  return new Date(lastUse + COOKIE_AFTERLIFE_MS);
}

/** Who plays, and in which language when one was chosen. */
export function setJourneyCookie(
  { deps, request, reply }: PageContext,
  session: SessionRow,
  cookie: {
    readonly environment: EnvironmentAccess;
    readonly token: string;
    readonly language: LanguageCode | null;
  },
): void {
  const { settings } = cookie.environment;
  const { sessionId } = session;
  const { publicUrl } = deps.config;
  const { others } = readJourneyCookies(publicUrl, request.headers.cookie, sessionId);
  const isShared = settings.use_case === "in_branch_shared_device";
  const seconds = Math.floor((cookieEnd(session, settings.session_hours).getTime() - session.at.getTime()) / 1000);
  const lines = journeyCookieLines(
    publicUrl,
    {
      sessionId,
      token: cookie.token,
      language: cookie.language,
      maxAgeSeconds: isShared ? null : seconds,
      isFramed: settings.frame_ancestors.length > 0,
    },
    others,
  );
  reply.header("set-cookie", lines);
}

async function handOver(context: PageContext, session: SessionRow): Promise<FastifyReply> {
  const { deps, request, reply } = context;
  const { companyId, environmentId, sessionId, run } = session;
  const environment = await environmentById(deps, companyId, environmentId);
  const { settings, integrationId } = environment;
  const expiresAt = cookieEnd(session, settings.session_hours);
  const token = await issueJourneyToken(deps, { companyId, environmentId, sessionId, run, expiresAt });
  // Chosen on this browser before, or written behind the link by whoever sent it.
  const lang = queryText(request, "lang");
  const kept = readJourneyCookies(deps.config.publicUrl, request.headers.cookie, sessionId).language;
  const wish = lang !== null && isLanguage(lang) ? lang : null;
  setJourneyCookie(context, session, { environment, token, language: wish ?? kept });
  // In a frame the cookie may be refused; the page then still has to say who may frame it, and in which language.
  const query = new URLSearchParams();
  if (settings.frame_ancestors.length > 0) query.set("integration", integrationId);
  if (wish !== null) query.set("lang", wish);
  const address = query.size === 0 ? `/play/${sessionId}` : `/play/${sessionId}?${query.toString()}`;
  return goTo(reply.header("referrer-policy", "no-referrer"), `${address}#j=${token}`);
}
