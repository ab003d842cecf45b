import type { WebhookBody } from "@tallystick/contract";

import { SYSTEM } from "../../audit/service.ts";
import type { Deps } from "../../../infra/deps.ts";
import { createCompany } from "../../companies/service.ts";
import { createDeployment, environmentById, type EnvironmentAccess } from "../../deployments/service.ts";
import { setWebhookUrl } from "../../endpoints/service.ts";
import { recordEvent, recordEvents } from "../service.ts";

/** One company with one deployment, seen from its Test (or Production) environment. */
export interface World {
  readonly environment: EnvironmentAccess;
  readonly apiKey: string;
  readonly secret: string;
  setUrl(url: string | null): Promise<void>;
  /** Records one event in a transaction of its own; the uid is made up unless given. */
  announce(uid?: string): Promise<{ eventId: string; uid: string; sessionId: string }>;
  /** So many events, each of a session of its own, a few hundred to a transaction. */
  announceMany(count: number): Promise<void>;
  deliveries(): Promise<readonly DeliveryRow[]>;
  attempts(): Promise<readonly AttemptRow[]>;
  /** Makes every pending delivery due now, as if its time had come; by default also the end of a lease. */
  skipWaiting(which?: "all" | "unleased"): Promise<void>;
}

export interface DeliveryRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly state: "pending" | "held" | "delivered" | "dead";
  readonly attempt_count: number;
  readonly wait_ms: number;
  readonly lease_id: string | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

export interface AttemptRow {
  readonly delivery_id: string;
  readonly number: number;
  readonly url: string;
  readonly request_headers: Record<string, string>;
  readonly status: number | null;
  readonly error: string | null;
  readonly response_headers: Record<string, string> | null;
  readonly response_body: string | null;
  readonly duration_ms: number;
}

const MANY = 500;

let made = 0;

export async function createWorld(deps: Deps, kind: "test" | "production" = "test"): Promise<World> {
  made += 1;
  const { companyId } = await createCompany(deps, { name: `Lender ${made}`, actor: SYSTEM });
  const created = await createDeployment(deps, { companyId, name: "Loans", actor: SYSTEM });
  const { environmentId, apiKey, webhookSecret } = created[kind];
  const environment = await environmentById(deps, companyId, environmentId);
  const key = { companyId, environmentId };
  return {
    environment,
    apiKey,
    secret: webhookSecret,
    setUrl: (url) => deps.db.transaction((tx) => setWebhookUrl(tx, deps, { ...key, kind, url })),
    announce: async (uid = `APP-${deps.ids.make("ses").slice(-12)}`) => {
      const sessionId = deps.ids.make("ses");
      const body = bodyFor(environment.integrationId, uid);
      const recorded = await deps.db.transaction((tx) => recordEvent(tx, deps, { ...key, sessionId, run: 1, body }));
      return { ...recorded, uid, sessionId };
    },
    announceMany: (count) => announceMany(deps, environment, count),
    deliveries: () =>
      deps.db.query<DeliveryRow>(
        `SELECT delivery_id, event_id, state, attempt_count, lease_id, last_status, last_error,
                extract(epoch FROM due_at - now())::float8 * 1000 AS wait_ms
           FROM deliveries WHERE company_id = $1 ORDER BY delivery_id`,
        [companyId],
      ),
    attempts: () =>
      deps.db.query<AttemptRow>(
        `SELECT delivery_id, number, url, request_headers, status, error, response_headers, response_body, duration_ms
           FROM attempts WHERE company_id = $1 ORDER BY attempt_id`,
        [companyId],
      ),
    skipWaiting: async (which = "all") => {
      // What is just being written is not waiting; to wait for it, row by row, could end in a deadlock.
      await deps.db.query(
        `UPDATE deliveries SET due_at = now(), lease_until = least(lease_until, now())
          WHERE company_id = $1 AND delivery_id IN (
                SELECT delivery_id FROM deliveries
                 WHERE company_id = $1 AND state = 'pending' AND ($2 = 'all' OR lease_id IS NULL)
                   FOR UPDATE SKIP LOCKED)`,
        [companyId, which],
      );
      await deps.db.query(`UPDATE dispatch_due SET due_at = now() WHERE company_id = $1`, [companyId]);
      deps.signals.notify("deliveries");
    },
  };
}

async function announceMany(deps: Deps, environment: EnvironmentAccess, count: number): Promise<void> {
  const { companyId, environmentId, integrationId } = environment;
  for (let done = 0; done < count; done += MANY) {
    const events = Array.from({ length: Math.min(MANY, count - done) }, (_, index) => ({
      environmentId,
      sessionId: deps.ids.make("ses"),
      run: 1,
      body: bodyFor(integrationId, `MANY-${done + index}`),
    }));
    await deps.db.transaction((tx) => recordEvents(tx, deps, companyId, events));
  }
}

export function bodyFor(integrationId: string, uid: string): WebhookBody {
  return {
    uid,
    integration_id: integrationId,
    event: {
      type: "application.complete",
      details: {
        application_started_at: 1_790_000_000,
        application_completed_at: 1_790_000_360,
        metadata: { branch: 'São Tomé \u{1F33B} \\ "quoted"' },
      },
    },
  };
}
