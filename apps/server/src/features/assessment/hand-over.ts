import { ERRORS } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { sessionByLink } from "../sessions/service.ts";
import { issueJourneyToken, verifyAccessToken } from "../sessions/tokens.ts";
import { journeyCookieLines, readJourneyCookies } from "./cookies.ts";
import { codeIn, tokenIn } from "./link-parts.ts";
import { languageFor, nameOf, sendBranded, sendNotice } from "./pages.ts";
import { goTo, type PageContext } from "./send-html.ts";
import { cardOf, previewContent } from "./pages/preview.ts";
import { isPreviewAgent } from "./preview-agents.ts";

/** How the applicant comes: with the lender's access token, or with the short code of `/a/`. */
export type Door = "token" | "code";

export type Found =
  | { readonly kind: "session"; readonly session: SessionRow }
  | { readonly kind: "replaced"; readonly language: string | null }
  | { readonly kind: "unknown" };

/** Past the end of a journey its page stays reachable for a day without the link. */
const COOKIE_AFTERLIFE_MS = 86_400_000;

/** Sets the journey cookie and sends the browser to the journey's page, whose address carries no token. */
export async function openLink(context: PageContext, door: Door, secret: string): Promise<FastifyReply> {
  const found = await findByLink(context, door, secret);
  switch (found.kind) {
    case "unknown":
      return sendNotice(context, "unknown", { status: ERRORS.journey_unknown.status });
    case "replaced":
      return sendNotice(context, "replaced", { status: ERRORS.journey_replaced.status, language: found.language });
    case "session": {
      const { session } = found;
      const environment = await environmentById(context.deps, session.companyId, session.environmentId);
      return isForPreview(context)
        ? sendPreview(context, session, environment)
        : handOver(context, session, environment);
    }
  }
}

/** Erased journeys are unknown ones. */
export async function findByLink({ deps }: PageContext, door: Door, secret: string): Promise<Found> {
  const link = door === "token" ? await linkOfToken(deps, secret) : await linkOfCode(deps, secret);
  const session = link && (await readSession(deps.db, link));
  if (link === null || session === null || session.state === "erased") return { kind: "unknown" };
  const isReplaced = link.isReplaced || (link.run !== null && link.run !== session.run);
  return isReplaced ? { kind: "replaced", language: session.language } : { kind: "session", session };
}

type Deps = PageContext["deps"];

async function linkOfToken(deps: Deps, token: string) {
  const subject = await verifyAccessToken(deps, tokenIn(token));
  return subject && { ...subject, isReplaced: false };
}

async function linkOfCode(deps: Deps, given: string) {
  const code = codeIn(given);
  const link = code === null ? null : await sessionByLink(deps, code);
  return link && { ...link, run: null };
}

/** `?open` is the button of the preview: whoever presses it is a person. */
function isForPreview({ request }: PageContext): boolean {
  const { open } = request.query as { readonly open?: unknown };
  return open === undefined && isPreviewAgent(request.headers["user-agent"]);
}

/** Names the lender, who sent the link, and nothing else: neither the applicant nor how far the journey is. */
function sendPreview(context: PageContext, session: SessionRow, environment: EnvironmentAccess): FastifyReply {
  const language = languageFor(context.request, session.language, environment.settings.languages);
  const card = cardOf(language, nameOf(environment).lenderName);
  const content = previewContent(language, card, "?open");
  return sendBranded(context, environment, { language, title: card.title, content, card });
}

/** The latest moment at which the journey may still be sent to. A clock that waits starts with the opening. */
function lastUseOf(session: SessionRow, sessionHours: number): number {
  const afterOpening = session.clock === "running" ? 0 : session.at.getTime() + sessionHours * 3_600_000;
  return Math.max(session.expiresAt.getTime(), afterOpening) + GRACE_SECONDS * 1000;
}

export async function handOver(
  { deps, request, reply }: PageContext,
  session: SessionRow,
  { settings, integrationId }: EnvironmentAccess,
): Promise<FastifyReply> {
  const { companyId, environmentId, sessionId, run } = session;
  const lastUse = Math.max(lastUseOf(session, settings.session_hours), session.at.getTime());
  const expiresAt = new Date(lastUse + COOKIE_AFTERLIFE_MS);
  const token = await issueJourneyToken(deps, { companyId, environmentId, sessionId, run, expiresAt });
  const { others } = readJourneyCookies(deps.config.publicUrl, request.headers.cookie, sessionId);
  const isShared = settings.use_case === "in_branch_shared_device";
  const cookie = {
    sessionId,
    token,
    maxAgeSeconds: isShared ? null : Math.floor((expiresAt.getTime() - session.at.getTime()) / 1000),
    isFramed: settings.frame_ancestors.length > 0,
  };
  // In a frame the cookie may be refused; the page then still has to say who may frame it.
  const query = cookie.isFramed ? `?integration=${integrationId}` : "";
  // A browser writes down the addresses it was at: on a shared device none of them may open the journey again.
  const proof = isShared && !cookie.isFramed ? "" : `#j=${token}`;
  reply.header("set-cookie", journeyCookieLines(deps.config.publicUrl, cookie, others));
  return goTo(reply.header("referrer-policy", "no-referrer"), `/play/${sessionId}${query}${proof}`);
}
