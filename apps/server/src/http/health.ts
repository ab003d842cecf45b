import { createHash, timingSafeEqual } from "node:crypto";

import type { FastifyInstance } from "fastify";
import ipaddr from "ipaddr.js";

import type { Deps } from "../infra/deps.ts";
import { fail } from "../infra/errors.ts";
import { isMigrated } from "../infra/migrate.ts";

/** `/healthz`: the process answers. `/readyz`: the database answers and is migrated. `/metrics`: for Prometheus. */
export function registerHealthRoutes(app: FastifyInstance, deps: Deps): void {
  app.get("/healthz", async (_request, reply) => {
    await reply.header("cache-control", "no-store").send({ status: "ok" });
  });

  app.get("/readyz", async (_request, reply) => {
    if (!(await isMigrated(deps.db))) throw fail("unavailable", "The database is not migrated to this version yet.");
    await reply.header("cache-control", "no-store").send({ status: "ready" });
  });

  app.get("/metrics", async (request, reply) => {
    if (!mayReadMetrics(deps, request.headers.authorization, request.raw.socket.remoteAddress)) {
      throw fail("not_found", "Nothing is here.");
    }
    const { registry } = deps.metrics;
    await reply
      .header("cache-control", "no-store")
      .type(registry.contentType)
      .send(await registry.metrics());
  });
}

// The address of the connection itself, never X-Forwarded-For: whoever speaks through a proxy is not on this machine.
function mayReadMetrics(deps: Deps, authorization: string | undefined, address: string | undefined): boolean {
  const { metricsToken } = deps.config;
  if (metricsToken !== null) return equal(authorization ?? "", `Bearer ${metricsToken}`);
  return address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
