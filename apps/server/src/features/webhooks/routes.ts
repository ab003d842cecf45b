import {
  SAMPLE_WEBHOOK_AS_PERSON,
  sampleWebhookRequestSchema,
  TEST_WEBHOOK_AS_PERSON,
  type EventType,
} from "@tallystick/contract";
import type { FastifyInstance, FastifyReply } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { decodeBody, parseJson } from "../../infra/json-body.ts";
import { createRateLimit, type RateLimit } from "../../infra/rate-limit.ts";
import { authenticateApiKey, environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import { registerLogRoutes } from "./log-routes.ts";
import { sendSampleWebhook, sendTestWebhook, tryWebhook } from "./service.ts";
import { INVALID_API_KEY, NO_API_KEY, type TestAnswer } from "./test-call.ts";

// Existing clients send nothing, `{}` or an empty body that calls itself JSON: the call takes no body, so none is judged.
const BODY_LIMIT_BYTES = 16_384;

// Each call may hold a connection to the receiver for 15 s: a person's pace, not a program's.
const TEST_RATE = { name: "webhook-test", perSecond: 1, burst: 20, refusal: "Too many webhook tests" };

export function registerWebhookRoutes(app: FastifyInstance, deps: Deps): void {
  // One for both ways in: what it spares is the same receiver.
  const rate = createRateLimit(TEST_RATE);
  registerTestRoutes(app, deps, rate);
  registerTrials(app, deps, rate);
  registerLogRoutes(app, deps);
}

/** The same for people, with what became of it in words. */
function registerTrials(app: FastifyInstance, deps: Deps, rate: RateLimit): void {
  memberRoute(app, deps, TEST_WEBHOOK_AS_PERSON, {
    handler: async ({ companyId, params, body, actor, reply }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      rate.spend(reply, environment.environmentId);
      return tryWebhook(deps, environment, { type: null, url: body.url, actor });
    },
  });
  memberRoute(app, deps, SAMPLE_WEBHOOK_AS_PERSON, {
    handler: async ({ companyId, params, body, actor, reply }) => {
      const environment = await environmentById(deps, companyId, params.environment_id);
      rate.spend(reply, environment.environmentId);
      return tryWebhook(deps, environment, { type: body.type, url: body.url, actor });
    },
  });
}

function registerTestRoutes(app: FastifyInstance, deps: Deps, rate: RateLimit): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    scope.post("/v1/webhooks-management/test", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const call = { rate, reply, apiKey: request.headers["api-key"], send: sendTestWebhook };
      const answer = await testCall(deps, call);
      return reply.status(answer.status).send(answer.body);
    });
    scope.post("/v1/webhooks-management/sample", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const send: Send = (_deps, environment) => sendSampleWebhook(deps, environment, readType(request.body));
      const answer = await testCall(deps, { rate, reply, apiKey: request.headers["api-key"], send });
      return reply.status(answer.status).send(answer.body);
    });
  });
}

type Send = (deps: Deps, environment: EnvironmentAccess) => Promise<TestAnswer>;

interface TestCall {
  readonly rate: RateLimit;
  readonly reply: FastifyReply;
  readonly apiKey: string | string[] | undefined;
  readonly send: Send;
}

async function testCall(deps: Deps, { rate, reply, apiKey, send }: TestCall): Promise<TestAnswer> {
  if (typeof apiKey !== "string" || apiKey === "") return NO_API_KEY;
  const access = await authenticateApiKey(deps, apiKey);
  if (access === null) return INVALID_API_KEY;
  rate.spend(reply, access.environment.environmentId);
  return send(deps, access.environment);
}

/** Throws `body_invalid`. */
function readType(body: unknown): EventType {
  const value = Buffer.isBuffer(body) && body.length > 0 ? parseJson(decodeBody(body)) : undefined;
  const parsed = sampleWebhookRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data.type;
  throw fail("body_invalid", explainIssues(parsed.error, value));
}
