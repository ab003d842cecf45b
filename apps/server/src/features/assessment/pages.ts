import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";

import { LANGUAGE_CODES, type LanguageCode } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { logoPath, type EnvironmentAccess } from "../deployments/service.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";
import { taskDefinition } from "../results/service.ts";
import { accentStyle } from "./pages/accent.ts";
import { pageAssets, type Manifest, type PageAssets } from "./pages/assets.ts";
import { consentContent } from "./pages/consent.ts";
import { endContent, type Outcome } from "./pages/end.ts";
import { html, type Html } from "./pages/html.ts";
import { renderPage } from "./pages/layout.ts";
import { recordedContent } from "./pages/recorded.ts";
import { endStep, headerSafe } from "./redirects.ts";
import { frameQuery, languageFor, queryText, recordedUrl } from "./page-query.ts";
import { say } from "./texts.ts";

/** What a page needs of the request: nothing in it may decide more than the language. */
export interface PageContext {
  readonly deps: Deps;
  readonly manifest: Manifest;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

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
  const content =
    screen === "consent"
      ? consentContent({
          language,
          offered: settings.languages,
          lenderName,
          logo: logoOf(environment),
          policyUrl: settings.privacy_policy_url,
          minutes: minutesOf(session),
          query: frameQuery(context.request),
          recordedUrl: recordedUrl(context.request, session.sessionId, language),
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
      accent: settings.brand.accent,
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
    },
  });
  const frameAncestors = environment?.settings.frame_ancestors ?? [];
  return sendHtml(context, page, { status: 200, frameAncestors });
}

/** The end of a journey: the lender's redirect, or the page. */
export function sendEnd(
  context: PageContext,
  outcome: Outcome,
  environment: EnvironmentAccess,
  languages: readonly (string | null)[],
): FastifyReply {
  const { settings } = environment;
  const step = endStep(outcome, settings);
  if (step.kind === "at_once") return goTo(context.reply, headerSafe(step.url));
  const brand = brandOf(settings.brand.accent);
  const language = languageFor(context.request, languages, settings.languages);
  const page = renderPage({
    language,
    title: say(language, "end.page_title"),
    assets: stylesOnly(context, language),
    content: endContent({
      outcome,
      language,
      lenderName: lenderNameOf(environment),
      logo: logoOf(environment),
      continueUrl: step.url,
    }),
    refresh: step.url === null ? null : { seconds: step.seconds, url: step.url },
    style: brand.style,
  });
  return sendHtml(context, page, { status: 200, frameAncestors: settings.frame_ancestors, nonce: brand.nonce });
}

/** 303, so that a browser asks by GET and keeps nothing. */
export function goTo(reply: FastifyReply, url: string): FastifyReply {
  return reply.header("cache-control", "no-store").redirect(url, 303);
}

/** A page about no journey in particular: the same bytes whoever asks and why. */
export function sendNotice(
  context: PageContext,
  outcome: "replaced" | "unknown" | "failed",
  status: number,
): FastifyReply {
  const language = languageFor(context.request, [], LANGUAGE_CODES);
  const page = renderPage({
    language,
    title: say(language, "end.page_title"),
    assets: stylesOnly(context, language),
    content: endContent({ outcome, language, lenderName: null, logo: null, continueUrl: null }),
  });
  return sendHtml(context, page, { status, frameAncestors: [] });
}

export function lenderNameOf(environment: EnvironmentAccess): string {
  return environment.settings.brand.lender_name ?? environment.companyName;
}

/** Says nothing that the name beside it does not say, so a screen reader passes it over. */
function logoOf({ companyId, settings }: EnvironmentAccess): Html | null {
  const { logo } = settings.brand;
  if (logo === null) return null;
  const { id, width, height } = logo;
  return html`<img class="logo" src="${logoPath(companyId, id)}" alt="" width="${width}" height="${height}" />`;
}

/** The lender's colour as a style of this one answer, which the policy allows by its nonce. */
function brandOf(accent: string | null): { readonly style: Html | null; readonly nonce: string | null } {
  if (accent === null) return { style: null, nonce: null };
  const nonce = randomBytes(16).toString("base64url");
  return { style: accentStyle(accent, nonce), nonce };
}

/** What is recorded and why: no secret, and the same for every journey but for the way back. */
export function sendRecorded(context: PageContext, environment: EnvironmentAccess | null): FastifyReply {
  const { request } = context;
  const language = languageFor(request, [], LANGUAGE_CODES);
  const from = queryText(request, "from");
  const origin = from !== null && /^\w{1,60}$/.test(from) ? from : null;
  const query = { ...(origin !== null && { from: origin }), ...frameQuery(request) };
  const back = new URLSearchParams({ lang: language, ...frameQuery(request) });
  const page = renderPage({
    language,
    title: say(language, "recorded.page_title"),
    assets: stylesOnly(context, language),
    content: recordedContent({
      language,
      query,
      backUrl: origin === null ? null : `/play/${origin}?${back.toString()}`,
    }),
  });
  return sendHtml(context, page, { status: 200, frameAncestors: environment?.settings.frame_ancestors ?? [] });
}

function stylesOnly(context: PageContext, language: LanguageCode): PageAssets {
  return { ...pageAssets(context.manifest, { language, task: null }), script: null, preloads: [] };
}

function minutesOf(session: SessionRow): number {
  const seconds = session.taskPlan.reduce((sum, task) => sum + taskDefinition(task).spec.durationSeconds, 0);
  return Math.max(1, Math.ceil(seconds / 60));
}

function sendHtml(
  { reply, request, manifest }: PageContext,
  page: string,
  options: { readonly status: number; readonly frameAncestors: readonly string[]; readonly nonce?: string | null },
): FastifyReply {
  const ancestors = options.frameAncestors.length === 0 ? "'none'" : options.frameAncestors.join(" ");
  const nonces = options.nonce ? [`'nonce-${options.nonce}'`] : [];
  const styles = ["'self'", ...(manifest?.style ? [manifest.style.source] : []), ...nonces].join(" ");
  if (options.frameAncestors.length > 0) reply.removeHeader("x-frame-options");
  void reply
    .code(options.status)
    .header(
      "content-security-policy",
      `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self' data:; connect-src 'self'; ` +
        `form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`,
    )
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .header("vary", "accept-encoding")
    .type("text/html; charset=utf-8");
  // With its style inside, the bare page would not fit the first flight of a connection (about 14 kB).
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(page);
  return reply.header("content-encoding", "gzip").send(gzipSync(page));
}
