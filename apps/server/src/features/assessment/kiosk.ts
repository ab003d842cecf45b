import { ERRORS } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import { environmentByIntegration, type EnvironmentAccess } from "../deployments/service.ts";
import { findByLink, handOver } from "./hand-over.ts";
import { linkIn } from "./link-parts.ts";
import { languageFor, queryText } from "./page-query.ts";
import { endJourneysHere, kioskPath, nameOf, sendBranded, sendNotice } from "./pages.ts";
import { goTo, type PageContext } from "./send-html.ts";
import { endContent, type Outcome } from "./pages/end.ts";
import { staffContent } from "./pages/kiosk.ts";
import { endStep } from "./redirects.ts";
import { say } from "./texts.ts";

/** As the script of these screens reads it. */
interface KioskData {
  /** Where the page goes on to by itself, after so many seconds in which nobody touched it; null = nowhere. */
  readonly next: string | null;
  readonly seconds: number;
}

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

/** Between two applicants. Whoever comes here leaves no journey behind. `?wrong`: what was typed opened nothing. */
export function showStaffScreen(context: PageContext, environment: EnvironmentAccess): FastifyReply {
  endJourneysHere(context, environment);
  const isWrong = queryText(context.request, "wrong") !== null;
  const language = languageFor(context.request, [], environment.settings.languages);
  const openPath = `${kioskPath(environment.integrationId)}/open`;
  return sendBranded(context, environment, {
    language,
    title: say(language, "kiosk.page_title"),
    content: staffContent({ ...nameOf(environment), language, openPath, isWrong }),
    kioskData: { next: null, seconds: 0 } satisfies KioskData,
  });
}

/** The next applicant's link, typed or scanned. One of another deployment is answered like one that does not exist. */
export async function openFromStaffScreen(context: PageContext, environment: EnvironmentAccess): Promise<FastifyReply> {
  const code = queryText(context.request, "code");
  const link = code === null ? null : linkIn(code);
  const found = link === null ? null : await findByLink(context, link.door, link.secret);
  if (found?.kind !== "session" || found.session.environmentId !== environment.environmentId) {
    // Away from the address that holds what was typed.
    return goTo(context.reply, `${kioskPath(environment.integrationId)}?wrong`);
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

function isOutcome(text: string | null): text is Outcome {
  return text !== null && OUTCOMES.has(text);
}

/** Asks for the device, then makes room: for the lender's own page where there is one, else for the staff screen. */
export function showHandBack(context: PageContext, environment: EnvironmentAccess): FastifyReply {
  const outcome = queryText(context.request, "outcome");
  const staffScreen = kioskPath(environment.integrationId);
  if (!isOutcome(outcome)) return goTo(context.reply, staffScreen);
  endJourneysHere(context, environment);
  const step = endStep(outcome, environment.settings);
  const continueUrl = step.url;
  const next = continueUrl ?? staffScreen;
  const seconds = step.kind === "page" ? step.seconds : 0;
  const language = languageFor(context.request, [], environment.settings.languages);
  return sendBranded(context, environment, {
    language,
    title: say(language, "end.page_title"),
    content: endContent({ ...nameOf(environment), outcome, language, continueUrl, staffScreen }),
    refresh: { seconds, url: next, isForScript: true },
    kioskData: { next, seconds } satisfies KioskData,
  });
}
