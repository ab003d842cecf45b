import { LANGUAGE_CODES, type LanguageCode } from "@tallystick/contract";
import type { FastifyReply } from "fastify";

import type { EnvironmentAccess } from "../deployments/service.ts";
import { frameQuery, languageFor, queryText } from "./page-query.ts";
import { pageAssets } from "./pages/assets.ts";
import { renderPage } from "./pages/layout.ts";
import { recordedContent } from "./pages/recorded.ts";
import { kioskPath, stylesOnly } from "./pages.ts";
import { sendHtml, type PageContext } from "./send-html.ts";
import { say } from "./texts.ts";

/** Somebody who reads on moves the page now and then; who has walked away does not. */
const READING_SECONDS = 150;

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
    content: recordedContent({
      language,
      query,
      backUrl: origin === null ? null : `/play/${origin}?${back.toString()}`,
    }),
    ...(environment?.settings.use_case === "in_branch_shared_device"
      ? onSharedDevice(context, { language, next: kioskPath(environment.integrationId) })
      : { assets: stylesOnly(context, language) }),
  });
  return sendHtml(context, page, { status: 200, frameAncestors: environment?.settings.frame_ancestors ?? [] });
}

/** From here a step leads back into a journey: the page makes room by itself and leaves no step behind. */
function onSharedDevice(
  { manifest }: PageContext,
  { language, next }: { readonly language: LanguageCode; readonly next: string },
) {
  return {
    assets: { ...pageAssets(manifest, { language, task: null }), preloads: [] },
    refresh: { seconds: READING_SECONDS, url: next, isForScript: true },
    data: { next, seconds: READING_SECONDS },
    dataId: "tallystick-kiosk" as const,
  };
}
