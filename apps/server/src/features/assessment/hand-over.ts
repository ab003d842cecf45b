import { ERRORS, isLanguage, type LanguageCode } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { GRACE_SECONDS, readSession, type SessionRow } from "../sessions/lifecycle.ts";
import { sessionByLink } from "../sessions/service.ts";
import { issueJourneyToken, verifyAccessToken } from "../sessions/tokens.ts";
import { journeyCookieLines, readJourneyCookies } from "./cookies.ts";
import { codeIn, tokenIn } from "./link-parts.ts";
import { languageFor, queryText } from "./page-query.ts";
import { nameOf, sendBranded, sendNotice } from "./pages.ts";
import { goTo, type PageContext } from "./send-html.ts";
import { cardOf, previewContent } from "./pages/preview.ts";
import { isPreviewAgent } from "./preview-agents.ts";

/** How the applicant comes: with the lender's access token, or with the short code of `/a/`. */
export type Door = "token" | "code";

export type Found =
  | { readonly kind: "session"; readonly session: SessionRow }
  | { readonly kind: "replaced"; readonly languages: readonly (string | null)[] }
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
      return sendNotice(context, "replaced", { status: ERRORS.journey_replaced.status, languages: found.languages });
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
  return isReplaced ? { kind: "replaced", languages: [session.language] } : { kind: "session", session };
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
  return queryText(request, "open") === null && isPreviewAgent(request.headers["user-agent"]);
}

/** Names the lender, who sent the link, and nothing else: neither the applicant nor how far the journey is. */
function sendPreview(context: PageContext, session: SessionRow, environment: EnvironmentAccess): FastifyReply {
  const language = languageFor(context.request, [session.language], environment.settings.languages);
  const card = cardOf(language, nameOf(environment).lenderName);
  const lang = queryText(context.request, "lang");
  const open = new URLSearchParams({ ...(lang !== null && { lang }), open: "" });
  const content = previewContent(language, card, `?${open.toString()}`);
  return sendBranded(context, environment, { language, title: card.title, content, card });
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

export async function handOver(
  context: PageContext,
  session: SessionRow,
  environment: EnvironmentAccess,
): Promise<FastifyReply> {
  const { deps, request, reply } = context;
  const { companyId, environmentId, sessionId, run } = session;
  const { settings, integrationId } = environment;
  const expiresAt = cookieEnd(session, settings.session_hours);
  const token = await issueJourneyToken(deps, { companyId, environmentId, sessionId, run, expiresAt });
  // Chosen on this browser before, or written behind the link by whoever sent it.
  const lang = queryText(request, "lang");
  const kept = readJourneyCookies(deps.config.publicUrl, request.headers.cookie, sessionId).language;
  const wish = lang !== null && isLanguage(lang) ? lang : null;
  setJourneyCookie(context, session, { environment, token, language: wish ?? kept });
  // In a frame the cookie may be refused; the page then still has to say who may frame it, and in which language.
  const isFramed = settings.frame_ancestors.length > 0;
  const query = new URLSearchParams();
  if (isFramed) query.set("integration", integrationId);
  if (wish !== null) query.set("lang", wish);
  const address = query.size === 0 ? `/play/${sessionId}` : `/play/${sessionId}?${query.toString()}`;
  // A browser writes down the addresses it was at: on a shared device none of them may open the journey again.
  const isShared = settings.use_case === "in_branch_shared_device";
  const proof = isShared && !isFramed ? "" : `#j=${token}`;
  return goTo(reply.header("referrer-policy", "no-referrer"), `${address}${proof}`);
}
