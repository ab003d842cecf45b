/** What each call about links answers, whoever makes it: the environment was proven by the caller's guard. */
import { Readable } from "node:stream";

import type {
  CreateLinks,
  EXPORT_QUERY,
  Link,
  LinkBatch,
  LinkListReport,
  LinkMessage,
  linkMessageSchema,
  LINK_LIST_QUERY,
  QR_QUERY,
  SHEET_QUERY,
} from "@tallystick/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";

import type { Deps } from "../../infra/deps.ts";
import type { Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import * as links from "./service.ts";

/** 50 000 lines with a language and some metadata each. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

interface Call {
  readonly environment: EnvironmentAccess;
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
type BatchCall = Call & { readonly params: { readonly batch_id: string } };
type LinkCall = Call & { readonly params: { readonly session_id: string } };
type With<Name extends "query" | "body", Schema extends z.ZodType> = {
  readonly [name in Name]: z.output<Schema>;
};

export async function create(deps: Deps, call: Call & { readonly body: CreateLinks }): Promise<LinkBatch> {
  const { environment, actor, body: wish, request, reply } = call;
  const idempotencyKey = header(request, "idempotency-key");
  const { batch } = await links.createBatch(deps, { environment, wish, actor, idempotencyKey });
  void reply.code(202);
  return links.batchView(batch);
}

export function check(
  deps: Deps,
  { environment, body }: Pick<Call, "environment"> & { readonly body: CreateLinks },
): Promise<LinkListReport> {
  return links.checkList(deps, environment, body);
}

export function batches(deps: Deps, { environment, query }: Pick<Call, "environment"> & { readonly query: Page }) {
  return links.listBatches(deps, environment, query);
}

export function batch(deps: Deps, environment: EnvironmentAccess, batchId: string) {
  return links.showBatch(deps, environment, batchId);
}

function listed(
  deps: Deps,
  { environment, params, query }: BatchCall & With<"query", typeof LINK_LIST_QUERY>,
): Promise<{ readonly items: readonly Link[]; readonly next: string | null }> {
  return links.listLinks(deps, environment, { batchId: params.batch_id, ...query });
}
export { listed as links };

export async function csv(
  deps: Deps,
  { environment, actor, params, query, reply }: BatchCall & With<"query", typeof EXPORT_QUERY>,
): Promise<FastifyReply> {
  const wish = { environment, actor, batchId: params.batch_id, ...query };
  const lines = await links.exportLinks(deps, wish);
  return reply
    .type("text/csv; charset=utf-8; header=present")
    .header("content-disposition", `attachment; filename="links-${params.batch_id}.csv"`)
    .send(Readable.from(lines));
}

export async function pdf(
  deps: Deps,
  { environment, actor, params, query, reply }: BatchCall & With<"query", typeof SHEET_QUERY>,
): Promise<FastifyReply> {
  const sheet = await links.printLinks(deps, { environment, actor, batchId: params.batch_id, ...query });
  return reply
    .type("application/pdf")
    .header("content-disposition", `attachment; filename="links-${params.batch_id}.pdf"`)
    .send(sheet);
}

export function message(
  deps: Deps,
  { environment, params, body }: BatchCall & With<"body", typeof linkMessageSchema>,
): Promise<LinkMessage> {
  return links.messageFor(deps, environment, { batchId: params.batch_id, ...body });
}

export async function revokeAll(deps: Deps, { environment, actor, params, reply }: BatchCall): Promise<LinkBatch> {
  const revoked = await links.revokeBatch(deps, { environment, actor, batchId: params.batch_id });
  void reply.code(202);
  return links.batchView(revoked);
}

export async function extendAll(deps: Deps, { environment, actor, params, body }: BatchCall & Until) {
  const wish = { environment, actor, batchId: params.batch_id, validUntil: body.valid_until };
  const { extended, batch: changed } = await links.extendBatch(deps, wish);
  return { extended, batch: links.batchView(changed) };
}

export function revoke(deps: Deps, { environment, actor, params }: LinkCall): Promise<Link> {
  return links.revokeLink(deps, { environment, actor, sessionId: params.session_id });
}

export function extend(deps: Deps, { environment, actor, params, body }: LinkCall & Until): Promise<Link> {
  return links.extendLink(deps, {
    environment,
    actor,
    sessionId: params.session_id,
    validUntil: body.valid_until,
  });
}

export function reissue(deps: Deps, { environment, actor, params }: LinkCall): Promise<Link> {
  return links.reissueLink(deps, { environment, actor, sessionId: params.session_id });
}

export async function image(
  deps: Deps,
  { environment, params, query, reply }: LinkCall & With<"query", typeof QR_QUERY>,
): Promise<FastifyReply> {
  const { type, body } = await links.drawLink(deps, environment, { sessionId: params.session_id, ...query });
  return reply.type(type).send(body);
}

interface Page {
  readonly limit: number;
  readonly after?: string | undefined;
}
interface Until {
  readonly body: { readonly valid_until: number };
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
