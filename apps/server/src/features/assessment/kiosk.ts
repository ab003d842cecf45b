import { ERRORS } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { environmentByIntegration, type EnvironmentAccess } from "../deployments/service.ts";
import { findByLink, handOver } from "./hand-over.ts";
import { linkIn } from "./link-parts.ts";
import { endJourneysHere, kioskPath, languageFor, nameOf, sendBranded, sendNotice } from "./pages.ts";
import { goTo, type PageContext } from "./send-html.ts";
import { endContent, type Outcome } from "./pages/end.ts";
import { staffContent } from "./pages/kiosk.ts";
import { endStep } from "./redirects.ts";
import { catalogueOf } from "./texts.ts";

type Act = (context: PageContext, environment: EnvironmentAccess) => Promise<FastifyReply> | FastifyReply;

/** Screens of a device in a branch; a deployment for people's own devices has none, like one that does not exist. */
export function inBranch(act: Act): (context: PageContext) => Promise<FastifyReply> {
  return async (context) => {
    const { integration_id: integrationId = "" } = context.request.params as Readonly<Record<string, string>>;
    const environment = await environmentByIntegration(context.deps, integrationId);
    if (environment?.settings.use_case !== "in_branch_shared_device") {
      return sendNotice(context, "unknown", { status: ERRORS.journey_unknown.status });
    }
    return act(context, environment);
  };
}

/** Between two applicants. Whoever comes here leaves no journey behind. */
export function showStaffScreen(context: PageContext, environment: EnvironmentAccess, isWrong = false): FastifyReply {
  endJourneysHere(context, environment);
  const language = languageFor(context.request, null, environment.settings.languages);
  const openPath = `${kioskPath(environment.integrationId)}/open`;
  return sendBranded(context, environment, {
    language,
    title: catalogueOf(language)["kiosk.page_title"],
    content: staffContent({ ...nameOf(environment), language, openPath, isWrong }),
    kioskData: {},
    status: isWrong ? ERRORS.journey_unknown.status : 200,
  });
}

/** The next applicant's link, typed or scanned. One of another deployment is answered like one that does not exist. */
export async function openFromStaffScreen(context: PageContext, environment: EnvironmentAccess): Promise<FastifyReply> {
  const { code } = context.request.query as { readonly code?: unknown };
  const link = typeof code === "string" ? linkIn(code) : null;
  const found = link === null ? null : await findByLink(context, link.door, link.secret);
  if (found?.kind !== "session" || found.session.environmentId !== environment.environmentId) {
    return showStaffScreen(context, environment, true);
  }
  return handOver(context, found.session, environment);
}

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
  "completed",
  "again",
  "cancelled",
  "withdrawn",
  "incomplete",
  "expired",
]);

function isOutcome(text: unknown): text is Outcome {
  return typeof text === "string" && OUTCOMES.has(text);
}

/** Asks for the device, then makes room: for the lender's own page where there is one, else for the staff screen. */
export function showHandBack(context: PageContext, environment: EnvironmentAccess): FastifyReply {
  const { outcome } = context.request.query as { readonly outcome?: unknown };
  const staffScreen = kioskPath(environment.integrationId);
  if (!isOutcome(outcome)) return goTo(context.reply, staffScreen);
  endJourneysHere(context, environment);
  const step = endStep(outcome, environment.settings);
  const continueUrl = step.url;
  const seconds = step.kind === "page" ? step.seconds : 0;
  const language = languageFor(context.request, null, environment.settings.languages);
  return sendBranded(context, environment, {
    language,
    title: catalogueOf(language)["end.page_title"],
    content: endContent({ ...nameOf(environment), outcome, language, continueUrl, staffScreen }),
    refresh: { seconds, url: continueUrl ?? staffScreen },
    kioskData: {},
  });
}
