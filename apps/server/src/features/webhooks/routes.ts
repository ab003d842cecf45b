import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { authenticateApiKey } from "../deployments/service.ts";
import { sendTestWebhook } from "./service.ts";
import { INVALID_API_KEY, NO_API_KEY, type TestAnswer } from "./test-call.ts";

// Existing clients send nothing, `{}` or an empty body that calls itself JSON: the call takes no body, so none is judged.
const BODY_LIMIT_BYTES = 16_384;

export function registerWebhookRoutes(app: FastifyInstance, deps: Deps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, _body, done) => done(null));
    scope.post("/v1/webhooks-management/test", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const answer = await testCall(deps, request.headers["api-key"]);
      return reply.status(answer.status).send(answer.body);
    });
  });
}

async function testCall(deps: Deps, apiKey: string | string[] | undefined): Promise<TestAnswer> {
  if (typeof apiKey !== "string" || apiKey === "") return NO_API_KEY;
  const access = await authenticateApiKey(deps, apiKey);
  return access === null ? INVALID_API_KEY : sendTestWebhook(deps, access.environment);
}
