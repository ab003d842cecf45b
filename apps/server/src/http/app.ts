import { randomUUID } from "node:crypto";

import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";

import { registerAuditRoutes } from "../features/audit/routes.ts";
import { registerCompanyRoutes } from "../features/companies/routes.ts";
import { registerDeploymentRoutes } from "../features/deployments/routes.ts";
import { registerEndpointRoutes } from "../features/endpoints/routes.ts";
import { registerGoliveRoutes } from "../features/golive/routes.ts";
import { registerLinkRoutes } from "../features/links/routes.ts";
import { registerReconcileRoutes } from "../features/reconcile/routes.ts";
import { registerResultRoutes } from "../features/results/routes.ts";
import { registerRetentionRoutes } from "../features/retention/routes.ts";
import { registerSessionManageRoutes } from "../features/sessions/manage-routes.ts";
import { registerTraceRoutes } from "../features/trace/routes.ts";
import { registerPeopleRoutes } from "../features/users/routes.ts";
import { registerTeamRoutes } from "../features/users/team/team-routes.ts";
import { neutralPage, registerAssessmentRoutes } from "../features/assessment/routes.ts";
import { registerSessionRoutes } from "../features/sessions/routes.ts";
import { registerFeedRoutes } from "../features/webhooks/feed-routes.ts";
import { registerWebhookRoutes } from "../features/webhooks/routes.ts";
import type { Deps } from "../infra/deps.ts";
import { decodeBody, parseJson } from "../infra/json-body.ts";
import { registerBeaconPages } from "./beacon-pages.ts";
import { answerBrokenRequest } from "./broken-requests.ts";
import { registerDocsRoutes } from "./docs/routes.ts";
import { answerError, registerErrorHandler } from "./error-handler.ts";
import { registerHealthRoutes } from "./health.ts";
import { isReader, registerNotFound } from "./not-found.ts";
import { registerRequestHooks } from "./request-hooks.ts";
import { registerStaticFiles } from "./static-files.ts";

/** Applicant batches are the largest bodies; routes that take less say so themselves. */
const BODY_LIMIT_BYTES = 131_072;

/** The whole HTTP surface: every feature's routes behind one error handler, one log and one set of headers. */
export function buildApp(deps: Deps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const answerReader = neutralPage(deps);
  const app = Fastify({
    loggerInstance,
    // The built-in lines carry the raw URL, which holds tokens; request-log.ts writes the route pattern instead.
    // No logger of its own for each request either (8 µs): who logs names the request id.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    // Access tokens are path parts; the default of 100 would answer 414 and echo the token.
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // The nearest so many addresses of X-Forwarded-For are our own proxies; 0 believes the connection only.
    trustProxy: (_address, hop) => hop < deps.config.trustProxyHops,
    // An address with a broken percent sign, or far too long: a link that was cut, for whoever reads.
    frameworkErrors: (error, request, reply) => {
      void (isReader(request) ? answerReader(request, reply) : answerError(error, request, reply));
    },
    clientErrorHandler: answerBrokenRequest,
    // A phone that stops in the middle of its request gives the socket back.
    requestTimeout: 60_000,
    keepAliveTimeout: 75_000,
    // While stopping, what still arrives on an open connection is answered as ever; the framework's 503 is not ours.
    forceCloseConnections: "idle",
    return503OnClosing: false,
  });
  registerRequestHooks(app, deps);
  registerErrorHandler(app);
  readJsonBodies(app);
  registerNotFound(app, answerReader);
  registerHealthRoutes(app, deps);
  registerDocsRoutes(app, deps);
  registerSessionRoutes(app, deps);
  registerAssessmentRoutes(app, deps);
  registerWebhookRoutes(app, deps);
  registerFeedRoutes(app, deps);
  registerResultRoutes(app, deps);
  registerEndpointRoutes(app, deps);
  registerPeopleRoutes(app, deps);
  registerTeamRoutes(app, deps);
  registerCompanyRoutes(app, deps);
  registerDeploymentRoutes(app, deps);
  registerSessionManageRoutes(app, deps);
  registerLinkRoutes(app, deps);
  registerTraceRoutes(app, deps);
  registerReconcileRoutes(app, deps);
  registerGoliveRoutes(app, deps);
  registerAuditRoutes(app, deps);
  registerRetentionRoutes(app, deps);
  registerStaticFiles(app, deps.config);
  registerBeaconPages(app);
  return app;
}

// The framework's own parser says only that a body is broken; this one says where and how.
function readJsonBodies(app: FastifyInstance): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) =>
    parseJson(decodeBody(body)),
  );
}
