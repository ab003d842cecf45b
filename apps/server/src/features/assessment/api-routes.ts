import {
  batchRequestSchema,
  consentRequestSchema,
  finishRequestSchema,
  noteRequestSchema,
  openRequestSchema,
  stopRequestSchema,
  taskDoneRequestSchema,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { createTokenBuckets } from "../../infra/token-buckets.ts";
import type { Credentials } from "./credentials.ts";
import { plainBatch } from "./read-batch.ts";
import {
  appendBatch,
  decideConsent,
  finishJourney,
  finishTask,
  noteFact,
  openJourney,
  stopJourney,
  type Caller,
} from "./service.ts";

/** A page sends one batch in some seconds; a whole offline queue may come at once. */
const RATE = { perSecond: 200, burst: 1_000 };

/** `POST /play/:session_id/…`: what the applicant's page calls. */
export function registerApplicantApi(app: FastifyInstance, deps: Deps, credentials: Credentials): void {
  const bucket = createTokenBuckets(RATE);

  function limit(sessionId: string): void {
    const seconds = bucket.take(sessionId);
    if (seconds === 0) return;
    throw fail("rate_limited", `This journey sends too much at once; go on after ${seconds} s.`, {
      headers: { "retry-after": String(seconds) },
    });
  }

  void app.register(async (scope) => {
    // Without it Fastify would read text/plain, which any site may post without asking.
    scope.removeContentTypeParser("text/plain");

    function call<S extends z.ZodType>(
      name: string,
      read: { readonly schema: S; readonly plainly?: (body: unknown) => z.infer<S> | null },
      act: (deps: Deps, caller: Caller, request: z.infer<S>) => Promise<object | void>,
    ): void {
      scope.post<{ Params: { session_id: string } }>(`/play/:session_id/${name}`, async (request, reply) => {
        const caller = await credentials.callerOf(request, request.params.session_id);
        // By session, and only for one that proved to be it: carriers share addresses among thousands of phones.
        limit(caller.sessionId);
        const body = read.plainly?.(request.body) ?? parse(read.schema, request.body);
        const answer = await act(deps, caller, body);
        reply.header("cache-control", "no-store");
        return answer === undefined ? reply.code(204).send() : reply.send(answer);
      });
    }

    call("open", { schema: openRequestSchema }, openJourney);
    call("consent", { schema: consentRequestSchema }, decideConsent);
    call("batches", { schema: batchRequestSchema, plainly: plainBatch }, appendBatch);
    call("task-done", { schema: taskDoneRequestSchema }, finishTask);
    call("finish", { schema: finishRequestSchema }, finishJourney);
    call("stop", { schema: stopRequestSchema }, stopJourney);
    call("note", { schema: noteRequestSchema }, noteFact);
  });
}

function parse<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw fail("body_invalid", explainIssues(parsed.error, body));
  return parsed.data;
}
