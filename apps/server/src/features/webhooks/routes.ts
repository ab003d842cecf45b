import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { createTokenBuckets, type TokenBuckets } from "../../infra/token-buckets.ts";
import { authenticateApiKey } from "../deployments/service.ts";
import { sendTestWebhook } from "./service.ts";
import { INVALID_API_KEY, NO_API_KEY, type TestAnswer } from "./test-call.ts";

// Existing clients send nothing, `{}` or an empty body that calls itself JSON: the call takes no body, so none is judged.
const BODY_LIMIT_BYTES = 16_384;

// Each call may hold a connection to the receiver for 15 s: a person's pace, not a program's.
const TEST_RATE = { perSecond: 1, burst: 20 };

export function registerWebhookRoutes(app: FastifyInstance, deps: Deps): void {
  const rate = createTokenBuckets(TEST_RATE);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, _body, done) => done(null));
    scope.post("/v1/webhooks-management/test", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const answer = await testCall(deps, rate, request.headers["api-key"]);
      return reply.status(answer.status).send(answer.body);
    });
  });
}

async function testCall(deps: Deps, rate: TokenBuckets, apiKey: string | string[] | undefined): Promise<TestAnswer> {
  if (typeof apiKey !== "string" || apiKey === "") return NO_API_KEY;
  const access = await authenticateApiKey(deps, apiKey);
  if (access === null) return INVALID_API_KEY;
  const seconds = rate.take(access.environment.environmentId);
  if (seconds === 0) return sendTestWebhook(deps, access.environment);
  throw fail("rate_limited", `Too many webhook tests; try again in ${seconds} second${seconds === 1 ? "" : "s"}.`, {
    headers: { "retry-after": String(seconds) },
  });
}
