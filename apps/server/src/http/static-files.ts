import { join } from "node:path";

import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

import type { Config } from "../config.ts";
import { projectRoot } from "../infra/places.ts";
import { keepAssets } from "./assets.ts";

/** A split tally stick: two halves whose notches meet. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d5b80"/>\
<path d="M5 10h22M5 22h22" stroke="#fff" stroke-width="5"/>\
<path d="M10 7v18M16 7v18M22 7v18" stroke="#1d5b80" stroke-width="2"/></svg>`;

/**
 * The applicant's app under `/assets/`: names carry a hash of the content, so a browser never asks twice, and files of
 * earlier builds stay beside the new ones for pages that are still open.
 */
export function registerStaticFiles(app: FastifyInstance, config: Pick<Config, "dataDir" | "beaconUrl">): void {
  const root = keepAssets(join(projectRoot(), "apps/assessment/dist/assets"), config.dataDir);
  if (root.length > 0) {
    void app.register(fastifyStatic, {
      root,
      prefix: "/assets/",
      decorateReply: false,
      preCompressed: true,
      index: false,
      redirect: false,
      dotfiles: "ignore",
      immutable: true,
      maxAge: "1y",
    });
  }
  // A browser asks for this address on its own, and an SVG under it is as good as an icon file.
  app.get("/favicon.ico", async (_request, reply) => {
    await reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(ICON);
  });
  // Who types the bare address is somebody of the lender; applicants have links.
  app.get("/", async (_request, reply) => {
    await reply.redirect(`${config.beaconUrl}/beacon`, 302);
  });
  // Links carry tokens: a search engine that meets one must not keep it.
  app.get("/robots.txt", async (_request, reply) => {
    await reply.type("text/plain; charset=utf-8").send("User-agent: *\nDisallow: /\n");
  });
}
