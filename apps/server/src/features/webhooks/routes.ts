import type { FastifyInstance, FastifyReply } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { createRateLimit, type RateLimit } from "../../infra/rate-limit.ts";
import { authenticateApiKey } from "../deployments/service.ts";
import { sendTestWebhook } from "./service.ts";
import { INVALID_API_KEY, NO_API_KEY, type TestAnswer } from "./test-call.ts";

// Existing clients send nothing, `{}` or an empty body that calls itself JSON: the call takes no body, so none is judged.
const BODY_LIMIT_BYTES = 16_384;

// Each call may hold a connection to the receiver for 15 s: a person's pace, not a program's.
const TEST_RATE = { name: "webhook-test", perSecond: 1, burst: 20, refusal: "Too many webhook tests" };

export function registerWebhookRoutes(app: FastifyInstance, deps: Deps): void {
  const rate = createRateLimit(TEST_RATE);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, _body, done) => done(null));
    scope.post("/v1/webhooks-management/test", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const answer = await testCall(deps, { rate, reply, apiKey: request.headers["api-key"] });
      return reply.status(answer.status).send(answer.body);
    });
  });
}

async function testCall(
  deps: Deps,
  call: { readonly rate: RateLimit; readonly reply: FastifyReply; readonly apiKey: string | string[] | undefined },
): Promise<TestAnswer> {
  const { rate, reply, apiKey } = call;
  if (typeof apiKey !== "string" || apiKey === "") return NO_API_KEY;
  const access = await authenticateApiKey(deps, apiKey);
  if (access === null) return INVALID_API_KEY;
  rate.spend(reply, access.environment.environmentId);
  return sendTestWebhook(deps, access.environment);
}
