import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { pageAssets, type Manifest } from "./pages/assets.ts";
import { html } from "./pages/html.ts";
import { renderPage } from "./pages/layout.ts";
import { sendHtml } from "./send-html.ts";

/**
 * Where a dashboard plays recordings back, in a frame: the applicant's own app with the tasks' own views. The page holds
 * nothing of anybody and so asks for no sign-in; the page around it, of the same origin, hands it the recording.
 */
export function registerPlaybackPage(app: FastifyInstance, deps: Deps, manifest: Manifest): void {
  const assets = pageAssets(manifest, { language: "en", task: null, page: "src/playback/playback-page.tsx" });
  const page = renderPage({
    language: "en",
    title: "Playback",
    assets,
    content: html`<noscript><p class="notice">A playback needs JavaScript.</p></noscript>`,
    data: {},
    dataId: "tallystick-playback",
  });
  app.get("/beacon/playback", async (request, reply) =>
    sendHtml({ deps, manifest, request, reply }, page, { status: 200, frameAncestors: ["'self'"] }),
  );
}
