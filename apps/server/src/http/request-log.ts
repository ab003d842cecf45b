import type { FastifyInstance } from "fastify";

const QUIET = new Set(["/healthz", "/readyz", "/metrics"]);

/** One line a request: the route's pattern, never the raw address, headers or body; they hold tokens and uids. */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unmatched";
    if (QUIET.has(route)) return;
    request.log.info(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      "request",
    );
  });
}
