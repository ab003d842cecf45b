import { createHash } from "node:crypto";

import { createSessionRequestSchema, type CreateSessionRequest } from "@tallystick/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { environmentByIntegration, noteEvidence, type EnvironmentAccess } from "../deployments/service.ts";
import { authenticate, type Caller } from "./authentication.ts";
import { createLimits, type Limits } from "./limits.ts";
import { createSession } from "./service.ts";
import { simPrefixOf } from "./uid.ts";

const PATH = "/v1/sessions-management/tokens";
const BODY_LIMIT_BYTES = 65_536;

/** `POST /v1/sessions-management/tokens`. */
export function registerSessionRoutes(app: FastifyInstance, deps: Deps): void {
  const limits = createLimits(deps.config);
  // The signature is over the bytes as received, and 413 comes before 415: so every content type is taken in raw.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    scope.post(PATH, { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      const answer = await handle(deps, limits, { request, reply });
      return reply.header("cache-control", "no-store").send(answer);
    });
  });
}

// The order of the checks is part of the interface: 413 (by now), 415, 401, 422 shape, 403, 422 uid, 409.
async function handle(
  deps: Deps,
  limits: Limits,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<unknown> {
  checkMediaType(request);
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const caller = await authenticated(deps, limits, { request, bytes });
  limits.checkKey(reply, `${caller.environment.environmentId}/${caller.keyId}`);
  const body = checkShape(caller.body);
  await checkIntegration(deps, caller.environment, body.integration_id);
  if (simPrefixOf(body.uid, caller.environment.kind)) limits.checkSimulated(reply, caller.environment.environmentId);
  const idempotencyKey = header(request, "idempotency-key");
  if (idempotencyKey === undefined) return createSession(deps, caller.environment, body);
  const bodyHash = createHash("sha256").update(bytes).digest("hex");
  return createSession(deps, caller.environment, body, { idempotencyKey, bodyHash });
}

function checkMediaType(request: FastifyRequest): void {
  const type = header(request, "content-type");
  if (type === undefined || !/^\s*application\/json\s*(?:;|$)/i.test(type)) {
    throw fail("unsupported_media_type", "Send Content-Type: application/json.");
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1];
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw fail("unsupported_media_type", "Send the body in UTF-8 (Content-Type: application/json; charset=utf-8).");
  }
  const encoding = header(request, "content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw fail("unsupported_media_type", "Send the body without Content-Encoding; compressed bodies are not read.");
  }
}

async function authenticated(
  deps: Deps,
  limits: Limits,
  source: { readonly request: FastifyRequest; readonly bytes: Uint8Array },
): Promise<Caller> {
  const { request, bytes } = source;
  try {
    return await authenticate(deps, {
      apiKey: header(request, "api-key"),
      signature: header(request, "x-signature"),
      bytes,
    });
  } catch (error) {
    if (error instanceof AppError && error.status === 401) limits.noteBadCredentials(request.ip);
    throw error;
  }
}

function checkShape(body: unknown): CreateSessionRequest {
  const parsed = createSessionRequestSchema.safeParse(body);
  if (!parsed.success) throw fail("body_invalid", explainIssues(parsed.error, body));
  for (const [name, value] of Object.entries(parsed.data.metadata ?? {})) {
    // PostgreSQL's jsonb holds neither; both are always a broken conversion at the sender.
    if (/\0|\p{Surrogate}/u.test(name + value)) {
      throw fail("body_invalid", "metadata: holds a NUL or half of a surrogate pair; send plain text");
    }
  }
  return parsed.data;
}

/** Names both sides inside one company; to everybody else all foreign and unknown Integration IDs look the same. */
async function checkIntegration(deps: Deps, mine: EnvironmentAccess, integrationId: string): Promise<void> {
  if (integrationId === mine.integrationId) return;
  const other = await environmentByIntegration(deps, integrationId);
  if (!other || other.companyId !== mine.companyId) {
    throw fail("integration_mismatch", "This API key does not belong to the Integration ID of the body.");
  }
  if (mine.kind !== other.kind) {
    noteEvidence(deps, other, mine.kind === "test" ? "test_key_seen" : "production_key_seen");
  }
  throw fail(
    "integration_mismatch",
    `This is ${label(mine, "key")}, but ${label(other, "Integration ID")} came with it. Use the pair of one environment.`,
  );
}

function label(environment: EnvironmentAccess, what: string): string {
  const kind = environment.kind === "test" ? "Test" : "Production";
  return `a ${kind} ${what} of "${environment.deploymentName}"`;
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
