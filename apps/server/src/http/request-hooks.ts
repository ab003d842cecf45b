import type { FastifyInstance } from "fastify";

import type { Deps } from "../infra/deps.ts";
import { histogram } from "../infra/metrics.ts";
import { securityHeaders } from "./security-headers.ts";

const QUIET = new Set(["/healthz", "/readyz", "/metrics"]);
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/**
 * Request id and security headers before anything else, so that refusals carry them too; afterwards one line and one
 * observation: the route's pattern, never the raw address, headers or body, which hold tokens and uids.
 */
export function registerRequestHooks(app: FastifyInstance, deps: Deps): void {
  const { pages, api } = securityHeaders(deps);
  const durations = histogram(deps.metrics, {
    name: "tallystick_http_request_duration_seconds",
    help: "Time from the request's first byte to the answer's last, by route pattern",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS_SECONDS,
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(request.raw.url?.startsWith("/v1/") ? api : pages).header("x-request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    done();
    const route = request.routeOptions.url ?? "unmatched";
    if (QUIET.has(route)) return;
    const { method } = request;
    const ms = reply.elapsedTime;
    durations.observe({ method, route, status: reply.statusCode }, ms / 1000);
    deps.log.info(
      { requestId: request.id, method, route, status: reply.statusCode, ms: Math.round(ms * 10) / 10 },
      "request",
    );
  });
}
