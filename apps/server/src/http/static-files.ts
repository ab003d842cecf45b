import { join } from "node:path";

import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

import type { Config } from "../config.ts";
import { projectRoot } from "../infra/places.ts";
import { keepAssets } from "./assets.ts";

/**
 * The applicant's app under `/assets/`: names carry a hash of the content, so a browser never asks twice, and files of
 * earlier builds stay beside the new ones for pages that are still open.
 */
export function registerStaticFiles(app: FastifyInstance, config: Pick<Config, "dataDir">): void {
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
  // Links carry tokens: a search engine that meets one must not keep it.
  app.get("/robots.txt", async (_request, reply) => {
    await reply.type("text/plain; charset=utf-8").send("User-agent: *\nDisallow: /\n");
  });
}
