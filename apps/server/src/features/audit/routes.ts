import { Readable } from "node:stream";

import { EXPORT_AUDIT, LIST_AUDIT, VERIFY_AUDIT } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { memberRoute } from "../users/guard.ts";
import { actorNames } from "../users/service.ts";
import { exportAudit, listAudit, verifyChain, type AuditFilter, type ChainReport } from "./service.ts";

/** The audit log: reading, checking, exporting. */
export function registerAuditRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, LIST_AUDIT, {
    handler: async ({ companyId, query }) => {
      const filter = toFilter(query);
      const { items, next } = await listAudit(deps, companyId, { filter, limit: query.limit, after: query.after });
      const nameOf = await actorNames(
        deps,
        items.map(({ actor }) => actor),
      );
      return { items: items.map((item) => ({ ...item, actor_name: nameOf(item.actor) })), next };
    },
  });
  memberRoute(app, deps, EXPORT_AUDIT, {
    handler: async ({ companyId, query, actor, reply }) => {
      const { format } = query;
      const lines = await exportAudit(deps, companyId, { filter: toFilter(query), format, actor });
      return reply
        .type(format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8")
        .header("content-disposition", `attachment; filename="audit.${format}"`)
        .send(Readable.from(lines));
    },
  });
  memberRoute(app, deps, VERIFY_AUDIT, {
    handler: async ({ companyId, body }) =>
      reportView(await verifyChain(deps, companyId, body.expect && { expect: body.expect })),
  });
}

interface FilterQuery {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target_type?: string | undefined;
  readonly target_id?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

function toFilter(query: FilterQuery): AuditFilter {
  const { actor, action, target_type: targetType, target_id: targetId, from, to } = query;
  return { actor, action, targetType, targetId, from, to };
}

function reportView({ ok, problem, verified, head, checkpoint, waiting, notices }: ChainReport) {
  const { auditId, ...rest } = problem ?? { auditId: null };
  return { ok, problem: problem && { ...rest, audit_id: auditId }, verified, head, checkpoint, waiting, notices };
}
