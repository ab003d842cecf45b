import { randomUUID } from "node:crypto";

import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";

import type { Deps } from "../infra/deps.ts";
import { answerBrokenRequests, registerErrorHandler } from "./error-handler.ts";
import { registerHealthRoutes } from "./health.ts";
import { answerFrameworkError } from "./framework-errors.ts";
import { registerNotFound } from "./not-found.ts";
import { registerRequestLog } from "./request-log.ts";
import { registerSecurityHeaders } from "./security-headers.ts";

/** Applicant batches are the largest bodies; routes that take less say so themselves. */
const BODY_LIMIT_BYTES = 131_072;

/** The whole HTTP surface: every feature's routes behind one error handler, one log and one set of headers. */
export function buildApp(deps: Deps): FastifyInstance {
  const app = Fastify({
    loggerInstance: deps.log,
    // The built-in lines carry the raw URL, which holds tokens; request-log.ts writes the route pattern instead.
    disableRequestLogging: true,
    bodyLimit: BODY_LIMIT_BYTES,
    // Access tokens are path parts; the default of 100 would answer 414 and echo the token.
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    trustProxy: deps.config.trustProxyHops === 0 ? false : deps.config.trustProxyHops,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequests,
    // A phone that stops in the middle of its request gives the socket back.
    requestTimeout: 60_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: "idle",
  });
  registerSecurityHeaders(app, deps);
  registerRequestLog(app);
  registerErrorHandler(app);
  registerNotFound(app);
  registerHealthRoutes(app, deps);
  return app;
}
