import type { FastifyReply } from "fastify";
import Fastify from "fastify";
import { expect, test } from "vitest";

import { AppError } from "./errors.ts";
import { createRateLimit, type RateLimit } from "./rate-limit.ts";

let ms = 0;
const options = { perSecond: 2, burst: 4, refusal: "Too many", now: () => ms };

/** What one call answers, through the framework's own reply. */
async function call(...limits: readonly RateLimit[]) {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AppError)) throw error;
    return reply.code(error.status).headers(error.headers).send(error.code);
  });
  app.get("/", (_request, reply: FastifyReply) => {
    for (const limit of limits) limit.spend(reply, "key");
    return reply.send("ok");
  });
  const { statusCode, headers } = await app.inject("/");
  await app.close();
  const { "ratelimit-policy": policy, ratelimit: left, "retry-after": wait } = headers;
  return { statusCode, policy, left, wait };
}

test("each answer says what is allowed in which window, what is left, and when all of it is back", async () => {
  const limit = createRateLimit({ ...options, name: "api" });
  const policy = '"api";q=4;w=2';
  expect(await call(limit)).toEqual({ statusCode: 200, policy, left: '"api";r=3;t=1', wait: undefined });
  await call(limit);
  await call(limit);
  expect(await call(limit)).toEqual({ statusCode: 200, policy, left: '"api";r=0;t=2', wait: undefined });
  expect(await call(limit)).toEqual({ statusCode: 429, policy, left: '"api";r=0;t=2', wait: "1" });
  ms += 1000;
  expect(await call(limit)).toMatchObject({ statusCode: 200, left: '"api";r=1;t=2' });
});

test("a call that is limited twice tells of both", async () => {
  const limits = [
    createRateLimit({ ...options, name: "api" }),
    createRateLimit({ ...options, burst: 9, name: "other" }),
  ];
  expect(await call(...limits)).toMatchObject({
    policy: '"api";q=4;w=2, "other";q=9;w=5',
    left: '"api";r=3;t=1, "other";r=8;t=1',
  });
});
