import { sampleWebhookRequestSchema, type EventType } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { decodeBody, parseJson } from "../../infra/json-body.ts";
import { createTokenBuckets, type TokenBuckets } from "../../infra/token-buckets.ts";
import { authenticateApiKey, type EnvironmentAccess } from "../deployments/service.ts";
import { registerLogRoutes } from "./log-routes.ts";
import { sendSampleWebhook, sendTestWebhook } from "./service.ts";
import { INVALID_API_KEY, NO_API_KEY, type TestAnswer } from "./test-call.ts";

// Existing clients send nothing, `{}` or an empty body that calls itself JSON: the call takes no body, so none is judged.
const BODY_LIMIT_BYTES = 16_384;

// Each call may hold a connection to the receiver for 15 s: a person's pace, not a program's.
const TEST_RATE = { perSecond: 1, burst: 20 };

export function registerWebhookRoutes(app: FastifyInstance, deps: Deps): void {
  registerTestRoutes(app, deps);
  registerLogRoutes(app, deps);
}

function registerTestRoutes(app: FastifyInstance, deps: Deps): void {
  const rate = createTokenBuckets(TEST_RATE);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    scope.post("/v1/webhooks-management/test", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const call = { apiKey: request.headers["api-key"], send: sendTestWebhook };
      const answer = await testCall(deps, rate, call);
      return reply.status(answer.status).send(answer.body);
    });
    scope.post("/v1/webhooks-management/sample", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const send: Send = (_deps, environment) => sendSampleWebhook(deps, environment, readType(request.body));
      const answer = await testCall(deps, rate, { apiKey: request.headers["api-key"], send });
      return reply.status(answer.status).send(answer.body);
    });
  });
}

type Send = (deps: Deps, environment: EnvironmentAccess) => Promise<TestAnswer>;

async function testCall(
  deps: Deps,
  rate: TokenBuckets,
  call: { readonly apiKey: string | string[] | undefined; readonly send: Send },
): Promise<TestAnswer> {
  const { apiKey } = call;
  if (typeof apiKey !== "string" || apiKey === "") return NO_API_KEY;
  const access = await authenticateApiKey(deps, apiKey);
  if (access === null) return INVALID_API_KEY;
  const seconds = rate.take(access.environment.environmentId);
  if (seconds === 0) return call.send(deps, access.environment);
  throw fail("rate_limited", `Too many webhook tests; try again in ${seconds} second${seconds === 1 ? "" : "s"}.`, {
    headers: { "retry-after": String(seconds) },
  });
}

/** Throws `body_invalid`. */
function readType(body: unknown): EventType {
  const value = Buffer.isBuffer(body) && body.length > 0 ? parseJson(decodeBody(body)) : undefined;
  const parsed = sampleWebhookRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data.type;
  throw fail("body_invalid", explainIssues(parsed.error, value));
}
