import type { Queryable } from "../../infra/database.ts";
import type { SessionRow } from "../sessions/lifecycle.ts";

type SessionPart = Pick<
  SessionRow,
  | "sessionId"
  | "uid"
  | "state"
  | "outcome"
  | "endReasons"
  | "run"
  | "metadata"
  | "simulated"
  | "createdAt"
  | "expiresAt"
  | "openedAt"
  | "endedAt"
  | "lastActivityAt"
  | "at"
  | "environmentId"
  | "batchId"
>;

export interface ReadRow extends SessionPart {
  /** Of the batch of links it came from. */
  readonly batchName: string | null;
  /** The members below are null without a result. */
  readonly resultId: string | null;
  readonly scoredRun: number | null;
  readonly scoredAt: Date | null;
  readonly score: number | null;
  readonly riskBand: string | null;
  readonly scoreConfidence: string | null;
  readonly trustScore: number | null;
  readonly modelVersion: string | null;
  readonly batteryVersion: string | null;
  readonly modelHash: string | null;
  readonly inputsChecksum: string | null;
  readonly calculated: unknown;
  readonly calculatedHash: string | null;
  /** Of the newest event; null before the first. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly eventAt: Date | null;
  /** Of that event's newest delivery; null when no URL was set. */
  readonly deliveryState: "pending" | "held" | "delivered" | "dead" | null;
  readonly attemptCount: number | null;
  readonly lastStatus: number | null;
  readonly deliveredAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

/** The announced result of a session `s`: one row or none. */
export const ANNOUNCED_RESULT = `
  SELECT * FROM results
   WHERE company_id = s.company_id AND session_id = s.session_id AND origin = 'finish'
   ORDER BY scored_at DESC, result_id DESC
   LIMIT 1`;

// While somebody plays, only batches arrive; the session's row is left alone.
export const COLUMNS = `
  s.session_id AS "sessionId", s.environment_id AS "environmentId", s.uid, s.state, s.outcome,
  s.end_reasons AS "endReasons", s.run, s.metadata, s.simulated, s.created_at AS "createdAt",
  s.expires_at AS "expiresAt", s.opened_at AS "openedAt", s.ended_at AS "endedAt",
  greatest(s.last_activity_at, b.received_at) AS "lastActivityAt", now() AS at,
  s.batch_id AS "batchId", (SELECT name FROM link_batches
                             WHERE company_id = s.company_id AND batch_id = s.batch_id) AS "batchName",
  r.result_id AS "resultId", r.run AS "scoredRun", r.scored_at AS "scoredAt", r.score, r.risk_band AS "riskBand",
  r.score_confidence AS "scoreConfidence", r.trust_score AS "trustScore",
  r.model_version AS "modelVersion", r.battery_version AS "batteryVersion", r.model_hash AS "modelHash",
  r.inputs_checksum AS "inputsChecksum", r.calculated, r.calculated_hash AS "calculatedHash",
  e.event_id AS "eventId", e.type AS "eventType", e.created_at AS "eventAt",
  d.state AS "deliveryState", d.attempt_count AS "attemptCount", d.last_status AS "lastStatus",
  d.delivered_at AS "deliveredAt", CASE WHEN d.state = 'pending' THEN d.due_at END AS "nextAttemptAt"`;

export const BESIDE = `
  LEFT JOIN LATERAL (
         SELECT max(received_at) AS received_at FROM input_batches
          WHERE s.state = 'in_progress' AND company_id = s.company_id AND session_id = s.session_id
            AND run = s.run) AS b ON true
  LEFT JOIN LATERAL (${ANNOUNCED_RESULT}) AS r ON true
  LEFT JOIN LATERAL (
         SELECT * FROM events
          WHERE company_id = s.company_id AND session_id = s.session_id
          ORDER BY event_id DESC
          LIMIT 1) AS e ON true
  LEFT JOIN LATERAL (
         SELECT * FROM deliveries
          WHERE company_id = e.company_id AND event_id = e.event_id
          ORDER BY created_at DESC, delivery_id DESC
          LIMIT 1) AS d ON true`;

export interface ReadPlace {
  readonly companyId: string;
  readonly environmentId: string;
}

/** The session of this id in this environment, unless it was erased. */
export async function selectOne(db: Queryable, place: ReadPlace, sessionId: string): Promise<ReadRow | null> {
  const rows = await db.query<ReadRow>(
    `SELECT ${COLUMNS}
       FROM sessions s ${BESIDE}
      WHERE s.company_id = $1::text AND s.environment_id = $2::text AND s.session_id = $3::text
        AND s.state <> 'erased'`,
    [place.companyId, place.environmentId, sessionId],
    { name: "results_one" },
  );
  return rows[0] ?? null;
}
