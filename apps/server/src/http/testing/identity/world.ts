import { createHash } from "node:crypto";

import { createDeployment } from "../../../features/deployments/service.ts";
import { createCompany } from "../../../features/companies/service.ts";
import { SYSTEM } from "../../../features/audit/service.ts";
import { Applicant } from "../../../testing/journey.ts";
import type { TestLender } from "../../../testing/lender.ts";

/** One environment of one of two companies, with the key that opens it and nothing else. */
export interface Side {
  readonly name: string;
  readonly companyId: string;
  readonly environmentId: string;
  readonly integrationId: string;
  readonly apiKey: string;
}

/** What creation answered, once and for ever. */
export interface Slot {
  readonly side: Side;
  readonly uid: string;
  readonly sessionId: string;
}

export interface Link {
  readonly slot: Slot;
  readonly path: string;
}

/** A browser, and whose journeys it was really handed over to, as `<session id> <run>`. */
export class Phone extends Applicant {
  readonly handedOver = new Set<string>();
}

export interface IdentityWorld {
  readonly lender: TestLender;
  readonly sides: readonly Side[];
  readonly phones: readonly Phone[];
  readonly slots: Map<string, Slot>;
  readonly links: Link[];
  /** sha256 of each batch that was acknowledged → the sessions it was sent to. */
  readonly acknowledged: Map<string, Set<string>>;
  /** Hash of every stored result and event body ever seen. */
  readonly stored: Map<string, string>;
}

/** Two companies with Test and Production each, and three phones: nothing has happened yet. */
export async function identityWorld(lender: TestLender): Promise<IdentityWorld> {
  const sides: Side[] = [];
  for (const name of ["A", "B"]) {
    const { companyId } = await createCompany(lender.deps, { name, actor: SYSTEM });
    const deployment = await createDeployment(lender.deps, { companyId, name: "Loans", actor: SYSTEM });
    for (const kind of ["test", "production"] as const) {
      const { environmentId, integrationId, apiKey } = deployment[kind];
      sides.push({ name: `${name} ${kind}`, companyId, environmentId, integrationId, apiKey });
    }
  }
  const phones = [new Phone(lender.app), new Phone(lender.app), new Phone(lender.app)];
  return { lender, sides, phones, slots: new Map(), links: [], acknowledged: new Map(), stored: new Map() };
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Everything that is stored of each session, as one hash a session. */
export async function footprints(world: IdentityWorld): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const companyId of new Set(world.sides.map((side) => side.companyId))) {
    const rows = await world.lender.deps.db.query<{ readonly id: string; readonly hash: string }>(
      `SELECT s.session_id AS id, md5(concat_ws('|', s::text,
                (SELECT string_agg(r::text, ',' ORDER BY r.result_id) FROM results r
                  WHERE r.company_id = $1 AND r.session_id = s.session_id),
                (SELECT string_agg(f::text, ',' ORDER BY f.fact_id) FROM session_facts f
                  WHERE f.company_id = $1 AND f.session_id = s.session_id),
                (SELECT string_agg(b::text, ',' ORDER BY b.run, b.task_index, b.attempt, b.seq) FROM input_batches b
                  WHERE b.company_id = $1 AND b.session_id = s.session_id),
                (SELECT string_agg(t::text, ',' ORDER BY t.run, t.task_index, t.attempt) FROM task_attempts t
                  WHERE t.company_id = $1 AND t.session_id = s.session_id),
                (SELECT string_agg(c::text, ',' ORDER BY c.run) FROM consents c
                  WHERE c.company_id = $1 AND c.session_id = s.session_id),
                (SELECT string_agg(e.event_id || e.body, ',' ORDER BY e.event_id) FROM events e
                  WHERE e.company_id = $1 AND e.session_id = s.session_id))) AS hash
         FROM sessions s WHERE s.company_id = $1`,
      [companyId],
    );
    for (const { id, hash } of rows) all.set(id, hash);
  }
  return all;
}

export async function runOf(world: IdentityWorld, slot: Slot): Promise<number> {
  const [row] = await world.lender.deps.db.query<{ readonly run: number }>(
    "SELECT run FROM sessions WHERE company_id = $1 AND session_id = $2",
    [slot.side.companyId, slot.sessionId],
  );
  return row?.run ?? 0;
}

export async function post(
  world: IdentityWorld,
  path: string,
  request: { readonly apiKey: string; readonly body: object },
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const answer = await world.lender.app.inject({
    method: "POST",
    url: `/v1/${path}`,
    headers: { "content-type": "application/json", "api-key": request.apiKey },
    payload: JSON.stringify(request.body),
  });
  return { status: answer.statusCode, body: answer.json() };
}
