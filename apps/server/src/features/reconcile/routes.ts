import { RECONCILE, RECONCILE_BY_KEY, type ReconcileReport, type ReconcileRequest } from "@tallystick/contract";
import type { FastifyInstance, FastifyReply } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { keyRoute } from "../deployments/guard.ts";
import { memberRoute } from "../users/guard.ts";
import { reportCsv } from "./report-csv.ts";
import { numberRows, readList, reconcile, type ListedRow } from "./service.ts";

/** 50 000 lines with every column, as JSON, come to about 9 MB. */
const BODY_LIMIT_BYTES = 12 * 1024 * 1024;

/** The lender's own list against ours. */
export function registerReconcileRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, RECONCILE, {
    bodyLimit: BODY_LIMIT_BYTES,
    handler: async ({ companyId, body, actor, reply }) => {
      const rows = await rowsOf(body);
      const integrationId = body.integration_id;
      const report = await reconcile(deps, { companyId, rows, integrationId, ...optionsOf(body), actor });
      return answer(reply, report, body.format);
    },
  });
  keyRoute(app, deps, RECONCILE_BY_KEY, {
    bodyLimit: BODY_LIMIT_BYTES,
    handler: async ({ environment: { companyId, environmentId }, body, actor, reply }) => {
      const rows = await rowsOf(body);
      const integrationId = body.integration_id;
      const report = await reconcile(deps, {
        companyId,
        environmentId,
        rows,
        integrationId,
        ...optionsOf(body),
        actor,
      });
      return answer(reply, report, body.format);
    },
  });
}

async function rowsOf({ rows, csv }: ReconcileRequest): Promise<readonly ListedRow[]> {
  if ((rows === undefined) === (csv === undefined)) {
    throw fail("body_invalid", "rows: send the list either as rows or as csv, one of the two");
  }
  if (csv !== undefined) return readList(csv);
  if (rows === undefined || rows.length === 0) throw fail("list_invalid", "The list is empty; send at least one uid.");
  return numberRows(rows);
}

function optionsOf({ finished_from: from, finished_to, include_matched: includeMatched }: ReconcileRequest) {
  if (from === undefined) {
    if (finished_to === undefined) return { includeMatched, range: undefined };
    throw fail("body_invalid", "finished_to: needs finished_from, where the range begins");
  }
  const to = finished_to ?? Math.ceil(Date.now() / 1000) + 1;
  if (to <= from) throw fail("body_invalid", "finished_to: lies before finished_from");
  return { includeMatched, range: { from, to } };
}

function answer(reply: FastifyReply, report: ReconcileReport, format: "json" | "csv"): unknown {
  if (format === "json") return report;
  void reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", 'attachment; filename="tallystick-reconcile.csv"');
  return reply.send(reportCsv(report));
}
