import { randomBytes } from "node:crypto";

import { accentPalette, PREVIEW_SCREEN, type LanguageCode, type PreviewScreen } from "@tallystick/contract";
import { findBattery } from "@tallystick/tasks";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";

import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import { draftSettings, environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import { accentStyle } from "./pages/accent.ts";
import type { Manifest } from "./pages/assets.ts";
import { consentContent } from "./pages/consent.ts";
import { endContent, type Notice, type Outcome } from "./pages/end.ts";
import { html, Html } from "./pages/html.ts";
import { INERT_STYLE, inertContent } from "./pages/inert.ts";
import { staffContent } from "./pages/kiosk.ts";
import { renderPage } from "./pages/layout.ts";
import { recordedContent } from "./pages/recorded.ts";
import { kioskPath, minutesOf, nameOf, stylesOnly } from "./pages.ts";
import { endStep } from "./redirects.ts";
import { sendHtml } from "./send-html.ts";
import { say, type TextKey } from "./texts.ts";

type Query = z.output<typeof PREVIEW_SCREEN.query>;

/** The applicant's pages for whoever sets them up, with settings that are not saved yet. */
export function registerPreviewRoute(app: FastifyInstance, deps: Deps, manifest: Manifest): void {
  memberRoute(app, deps, PREVIEW_SCREEN, {
    handler: async ({ companyId, params, query, request, reply }) => {
      const saved = await environmentById(deps, companyId, params.environment_id);
      const environment = { ...saved, settings: drafted(saved, query) };
      const language = query.language ?? environment.settings.languages[0] ?? "en";
      const view = viewOf(environment, query.screen, language);
      const context = { deps, manifest, request, reply };
      const nonce = randomBytes(16).toString("base64url");
      const page = renderPage({
        language: view.language,
        title: view.title,
        assets: stylesOnly(context, language),
        content: inertContent(view.content),
        style: styleOf(view.isBranded ? environment.settings.brand.accent : null, nonce),
      });
      return sendHtml(context, page, { status: 200, frameAncestors: ["'self'"], nonce, isPicture: true });
    },
  });
}

/** Judged as if it were saved, and named as what it is here: a parameter. */
function drafted({ settings }: EnvironmentAccess, query: Query): EnvironmentAccess["settings"] {
  const { lender_name, accent, languages, show_completion_page, screen: _screen, language: _language, ...same } = query;
  const brand = {
    ...(lender_name !== undefined && { lender_name }),
    ...(accent !== undefined && { accent }),
  };
  try {
    return draftSettings(settings, {
      ...same,
      // The contract's schema has checked each of them.
      ...(languages !== undefined && { languages: languages.split(",") as LanguageCode[] }),
      ...(show_completion_page !== undefined && { show_completion_page: show_completion_page === "true" }),
      ...(Object.keys(brand).length > 0 && { brand }),
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "setting_invalid") throw fail("query_invalid", error.message);
    throw error;
  }
}

interface View {
  readonly language: LanguageCode;
  readonly title: string;
  readonly content: Html;
  /** In the lender's colour; pages about no journey in particular are not. */
  readonly isBranded: boolean;
}

const OUTCOMES = {
  done: "completed",
  done_before: "again",
  declined: "cancelled",
  withdrawn: "withdrawn",
  stopped: "incomplete",
  expired: "expired",
} as const satisfies Partial<Record<PreviewScreen, Outcome>>;

const NOTICES = { link_replaced: "replaced", link_unknown: "unknown" } as const satisfies Partial<
  Record<PreviewScreen, Notice>
>;

function viewOf(environment: EnvironmentAccess, screen: PreviewScreen, language: LanguageCode): View {
  const page = (title: TextKey, content: Html, isBranded = true): View => ({
    language,
    title: say(language, title),
    content,
    isBranded,
  });
  switch (screen) {
    case "consent":
      return page("consent.page_title", consentOf(environment, language));
    case "recorded":
      return page("recorded.page_title", recordedContent({ language, query: {}, backUrl: "?" }), false);
    case "staff":
      return page("kiosk.page_title", staffOf(environment, language));
    case "link_replaced":
    case "link_unknown": {
      const nobody = { lenderName: null, logo: null, continueUrl: null, staffScreen: null };
      return page("end.page_title", endContent({ ...nobody, outcome: NOTICES[screen], language }), false);
    }
    default:
      return endOf(environment, OUTCOMES[screen], language);
  }
}

function consentOf(environment: EnvironmentAccess, language: LanguageCode): Html {
  const { settings } = environment;
  const played = findBattery(settings.battery)?.tasks.filter(({ key }) => !settings.tasks_off.includes(key)) ?? [];
  return consentContent({
    language,
    offered: settings.languages,
    ...nameOf(environment),
    policyUrl: settings.privacy_policy_url,
    minutes: minutesOf(played),
    query: {},
    recordedUrl: "/recorded",
  });
}

function staffOf(environment: EnvironmentAccess, language: LanguageCode): Html {
  if (environment.settings.use_case !== "in_branch_shared_device") {
    throw fail("query_invalid", "screen: only a shared device in a branch has a staff screen; see use_case.");
  }
  return staffContent({ ...nameOf(environment), language, openPath: "", isWrong: false });
}

function endOf(environment: EnvironmentAccess, outcome: Outcome, language: LanguageCode): View {
  const { settings, integrationId } = environment;
  const step = endStep(outcome, settings);
  if (step.kind === "at_once") return wayOut(step.url);
  const staffScreen = settings.use_case === "in_branch_shared_device" ? kioskPath(integrationId) : null;
  const content = endContent({ ...nameOf(environment), outcome, language, continueUrl: step.url, staffScreen });
  return { language, title: say(language, "end.page_title"), content, isBranded: true };
}

/** No applicant sees this: it says, in the dashboard's language, that there is nothing to see. */
function wayOut(url: string): View {
  const content = html`<main class="page end">
    <h1>No page is shown here</h1>
    <p class="lead">The applicant’s browser goes on at once to <bdi>${url}</bdi></p>
  </main> `;
  return { language: "en", title: "No page", content, isBranded: false };
}

function styleOf(accent: string | null, nonce: string): Html {
  const own = new Html(`<style nonce="${nonce}">${INERT_STYLE}</style>`);
  return accent === null ? own : html`${own}${accentStyle(accentPalette(accent), nonce)}`;
}
