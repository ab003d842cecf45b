import { randomBytes } from "node:crypto";

import { accentPalette, LANGUAGE_CODES, type LanguageCode } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { logoPath, type EnvironmentAccess } from "../deployments/service.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";
import { taskDefinition } from "../results/service.ts";
import { accentStyle } from "./pages/accent.ts";
import { pageAssets, type PageAssets } from "./pages/assets.ts";
import { consentContent } from "./pages/consent.ts";
import { endedCookieLines } from "./cookies.ts";
import { endContent, type Notice, type Outcome } from "./pages/end.ts";
import { html, type Html } from "./pages/html.ts";
import { renderPage, type PageOptions } from "./pages/layout.ts";
import { cardOf, type Card } from "./pages/preview.ts";
import { reloadAfter } from "./pages/reload.ts";
import { endStep, headerSafe } from "./redirects.ts";
import { frameQuery, languageFor, recordedUrl } from "./page-query.ts";
import { goTo, sendHtml, type PageContext } from "./send-html.ts";
import { say } from "./texts.ts";

export interface JourneyScreen {
  readonly screen: "consent" | "tasks";
  /** Whose view the first screen after this one needs; null when all are done. */
  readonly nextTask: string | null;
  /** The applicant's own choices and the journey's language, most wanted first. */
  readonly languages: readonly (string | null)[];
}

/** Consent before it is given, the tasks after. */
export function sendJourneyPage(
  context: PageContext,
  session: SessionRow,
  environment: EnvironmentAccess,
  { screen, nextTask, languages }: JourneyScreen,
): FastifyReply {
  const { settings } = environment;
  const language = languageFor(context.request, languages, settings.languages);
  const lenderName = lenderNameOf(environment);
  const brand = brandOf(settings.brand.accent);
  const kiosk = settings.use_case === "in_branch_shared_device" ? environment.integrationId : null;
  const content =
    screen === "consent"
      ? consentContent({
          language,
          offered: settings.languages,
          ...nameOf(environment),
          policyUrl: settings.privacy_policy_url,
          minutes: minutesOf(session.taskPlan),
          query: frameQuery(context.request),
          recordedUrl: recordedUrl(context.request, session.sessionId, { language, kiosk }),
        })
      : null;
  const page = renderPage({
    language,
    title: say(language, screen === "consent" ? "consent.page_title" : "end.page_title"),
    assets: pageAssets(context.manifest, { language, task: nextTask }),
    content,
    data: {
      sessionId: session.sessionId,
      screen,
      language,
      textVersion: say(language, "consent.version"),
      journeyApi: `/play/${session.sessionId}/`,
      lenderName,
      accent: settings.brand.accent === null ? null : accentPalette(settings.brand.accent),
      useCase: settings.use_case,
      staffScreen: kiosk === null ? null : kioskPath(kiosk),
    },
    style: brand.style,
  });
  return sendHtml(context, page, { status: 200, frameAncestors: settings.frame_ancestors, nonce: brand.nonce });
}

/** For a browser without the cookie: says nothing, and asks again with the token of its fragment. */
export function sendShell(
  context: PageContext,
  sessionId: string,
  environment: EnvironmentAccess | null,
): FastifyReply {
  const language = languageFor(context.request, [], LANGUAGE_CODES);
  const page = renderPage({
    language,
    title: say(language, "end.page_title"),
    assets: pageAssets(context.manifest, { language, task: null }),
    content: html`<noscript><p class="notice">${say(language, "consent.noscript")}</p></noscript>`,
    data: {
      sessionId,
      screen: "shell",
      language,
      textVersion: say(language, "consent.version"),
      journeyApi: `/play/${sessionId}/`,
      lenderName: null,
      accent: null,
      useCase: "remote_own_device",
      staffScreen: null,
    },
    card: cardOf(language, null),
  });
  const frameAncestors = environment?.settings.frame_ancestors ?? [];
  return sendHtml(context, page, { status: 200, frameAncestors });
}

/** The end of a journey: the lender's redirect, or the page. On a shared device the page whose address names nobody. */
export function sendEnd(
  context: PageContext,
  outcome: Outcome,
  environment: EnvironmentAccess,
  languages: readonly (string | null)[],
): FastifyReply {
  const { settings, integrationId } = environment;
  const step = endStep(outcome, settings);
  const isShared = settings.use_case === "in_branch_shared_device";
  if (isShared) endJourneysHere(context, environment);
  if (step.kind === "at_once") return goTo(context.reply, headerSafe(step.url));
  const language = languageFor(context.request, languages, settings.languages);
  if (isShared) return goTo(context.reply, `${kioskPath(integrationId)}/end?outcome=${outcome}&lang=${language}`);
  return sendBranded(context, environment, {
    language,
    title: say(language, "end.page_title"),
    content: endContent({ ...nameOf(environment), outcome, language, continueUrl: step.url, staffScreen: null }),
    refresh: step.url === null ? null : { seconds: step.seconds, url: step.url },
  });
}

/** Forgets every journey of this browser. */
export function endJourneysHere({ deps, request, reply }: PageContext, { settings }: EnvironmentAccess): void {
  const isFramed = settings.frame_ancestors.length > 0;
  const lines = endedCookieLines(deps.config.publicUrl, request.headers.cookie, isFramed);
  if (lines.length > 0) reply.header("set-cookie", lines);
}

/** Where staff of this deployment find their screen. */
export function kioskPath(integrationId: string): string {
  return `/kiosk/${encodeURIComponent(integrationId)}`;
}

interface BrandedPage {
  readonly language: LanguageCode;
  readonly title: string;
  readonly content: Html;
  readonly refresh?: PageOptions["refresh"];
  /** Makes it one of the screens between two people, which has a script. */
  readonly kioskData?: object;
  readonly card?: Card;
  readonly status?: number;
}

/** A page of a lender, outside of a journey's screens. */
export function sendBranded(context: PageContext, { settings }: EnvironmentAccess, page: BrandedPage): FastifyReply {
  const { language, title, content, refresh = null, kioskData, card = null } = page;
  const brand = brandOf(settings.brand.accent);
  const assets = { ...pageAssets(context.manifest, { language, task: null }), preloads: [] };
  const data = kioskData === undefined ? {} : { data: kioskData, dataId: "tallystick-kiosk" as const };
  const text = renderPage({ language, title, assets, content, refresh, card, style: brand.style, ...data });
  const { status = 200 } = page;
  return sendHtml(context, text, { status, frameAncestors: settings.frame_ancestors, nonce: brand.nonce });
}

/** A page about no journey in particular: the same bytes whoever asks and why, in the language of the browser. */
export function sendNotice(
  context: PageContext,
  notice: Notice,
  { status, retrySeconds = null, languages = [] }: NoticeOptions,
): FastifyReply {
  const language = languageFor(context.request, languages, LANGUAGE_CODES);
  const script = retrySeconds === null ? null : reloadAfter(retrySeconds);
  const page = renderPage({
    language,
    title: say(language, "end.page_title"),
    assets: stylesOnly(context, language),
    content: endContent({
      outcome: notice,
      language,
      lenderName: null,
      logo: null,
      continueUrl: null,
      staffScreen: null,
    }),
    script,
  });
  if (retrySeconds !== null) context.reply.header("retry-after", String(retrySeconds));
  return sendHtml(context, page, { status, frameAncestors: [], scriptSource: script?.source });
}

interface NoticeOptions {
  readonly status: number;
  /** The page asks again by itself after so long; null = it does not. */
  readonly retrySeconds?: number | null;
  /** Of the journey, where the link proved to be of one. */
  readonly languages?: readonly (string | null)[];
}

function lenderNameOf(environment: EnvironmentAccess): string {
  return environment.settings.brand.lender_name ?? environment.companyName;
}

/** What a lender's page shows of the lender. */
export function nameOf(environment: EnvironmentAccess): { readonly lenderName: string; readonly logo: Html | null } {
  return { lenderName: lenderNameOf(environment), logo: logoOf(environment) };
}

/** Says nothing that the name beside it does not say, so a screen reader passes it over. */
function logoOf({ companyId, settings }: EnvironmentAccess): Html | null {
  const { logo } = settings.brand;
  if (logo === null) return null;
  const { width, height } = logo;
  return html`<img class="logo" src="${logoPath(companyId, logo)}" alt="" width="${width}" height="${height}" />`;
}

/** The lender's colour as a style of this one answer, which the policy allows by its nonce. */
function brandOf(accent: string | null): { readonly style: Html | null; readonly nonce: string | null } {
  if (accent === null) return { style: null, nonce: null };
  const nonce = randomBytes(16).toString("base64url");
  return { style: accentStyle(accentPalette(accent), nonce), nonce };
}

export function stylesOnly(context: PageContext, language: LanguageCode): PageAssets {
  return { ...pageAssets(context.manifest, { language, task: null }), script: null, preloads: [] };
}

/** About how long these tasks take, in whole minutes. */
export function minutesOf(tasks: readonly { readonly key: string; readonly version: number }[]): number {
  const seconds = tasks.reduce((sum, task) => sum + taskDefinition(task).spec.durationSeconds, 0);
  return Math.max(1, Math.ceil(seconds / 60));
}
