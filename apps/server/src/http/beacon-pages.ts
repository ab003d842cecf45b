import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

import { projectRoot } from "../infra/places.ts";
import { BEACON_POLICY_EXTRA, CONTENT_SECURITY_POLICY } from "./security-headers.ts";

/** Where the dashboard's own router takes over. Named one by one, so that an unknown address below stays unknown. */
export const BEACON_ADDRESSES = [
  "/beacon",
  "/beacon/",
  "/beacon/sign-in",
  "/beacon/invitation",
  "/beacon/password",
  "/beacon/password/forgot",
  "/beacon/c/*",
];

/** The dashboard: one page for all its addresses, and its files, whose names carry a hash of the content. */
export function registerBeaconPages(app: FastifyInstance): void {
  const folder = join(projectRoot(), "apps/beacon/dist");
  if (!existsSync(join(folder, "index.html"))) return;
  const page = readFileSync(join(folder, "index.html"), "utf8");
  for (const address of BEACON_ADDRESSES) {
    app.get(address, async (_request, reply) => {
      await reply
        .type("text/html; charset=utf-8")
        .header("cache-control", "no-cache")
        .header("content-security-policy", `${CONTENT_SECURITY_POLICY}; ${BEACON_POLICY_EXTRA}`)
        .send(page);
    });
  }
  void app.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: "/beacon/assets/",
    decorateReply: false,
    preCompressed: true,
    index: false,
    redirect: false,
    dotfiles: "ignore",
    immutable: true,
    maxAge: "1y",
  });
}
