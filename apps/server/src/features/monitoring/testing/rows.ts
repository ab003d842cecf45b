import type { Queryable } from "../../../infra/database.ts";

/** Rows as the product would leave them, at times of one's own: what is counted by hand needs a past. */

export interface Place {
  readonly companyId: string;
  readonly environmentId: string;
}

export interface SessionWish {
  /** ISO 8601. */
  readonly at: string;
  readonly state: "created" | "opened" | "in_progress" | "completed" | "expired" | "cancelled" | "incomplete";
  readonly outcome?: "scored" | "unscorable";
  readonly opened?: boolean;
  readonly consented?: boolean;
  /** From opening to the end. */
  readonly seconds?: number;
  readonly device?: "phone" | "tablet" | "computer";
  readonly language?: string;
  readonly run?: number;
  readonly simulated?: boolean;
  readonly stakes?: "high" | "low";
  readonly batchId?: string;
  /** ISO 8601; default a day after creation. */
  readonly expiresAt?: string;
}

let made = 0;

function nextId(prefix: string): string {
  made += 1;
  return `${prefix}_mon${String(made).padStart(9, "0")}`;
}

export async function addSession(db: Queryable, place: Place, wish: SessionWish): Promise<string> {
  const sessionId = nextId("ses");
  const ended = !["created", "opened", "in_progress"].includes(wish.state);
  const opened = wish.opened ?? !["created", "expired"].includes(wish.state);
  const consented = wish.consented ?? ["in_progress", "completed", "incomplete"].includes(wish.state);
  const { run = 1 } = wish;
  await db.query(
    `INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, outcome, run, link_code,
                           stakes, simulated, battery_version, task_plan, model_version, created_at, expires_at,
                           opened_at, consented_at, ended_at, batch_id)
     VALUES ($1, $2, $3, $2, $2, $4, $5, $6, $2, $7, $8, 'standard-1', '[]', 'standard-1.0', $9::timestamptz,
             coalesce($10::timestamptz, $9::timestamptz + interval '1 day'),
             CASE WHEN $11::boolean THEN $9::timestamptz + interval '1 minute' END,
             CASE WHEN $12::boolean THEN $9::timestamptz + interval '2 minutes' END,
             CASE WHEN $13::boolean THEN $9::timestamptz + interval '1 minute' + make_interval(secs => $14::float8) END, $15)`,
    [
      place.companyId,
      sessionId,
      place.environmentId,
      wish.state,
      wish.state === "completed" ? (wish.outcome ?? "scored") : null,
      run,
      wish.stakes ?? "high",
      wish.simulated ?? false,
      wish.at,
      wish.expiresAt ?? null,
      opened,
      consented,
      ended,
      wish.seconds ?? 300,
      wish.batchId ?? null,
    ],
  );
  const key = [place.companyId, sessionId, run];
  if (wish.device !== undefined) {
    await db.query(
      `INSERT INTO session_facts (company_id, session_id, run, fact_id, kind, details)
       VALUES ($1, $2, $3, $4, 'opened', jsonb_build_object('device', jsonb_build_object('class', $5::text)))`,
      [...key, nextId("fct"), wish.device],
    );
  }
  if (wish.language !== undefined) {
    await db.query(
      `INSERT INTO consents (company_id, session_id, run, decision, text_version, language)
       VALUES ($1, $2, $3, 'accepted', '1', $4)`,
      [...key, wish.language],
    );
  }
  return sessionId;
}

export interface AttemptWish {
  readonly task: number;
  readonly key: string;
  readonly attempt?: number;
  readonly state: "open" | "done" | "interrupted";
  /** ISO 8601. */
  readonly granted: string;
  readonly closed?: string;
}

export async function addAttempts(
  db: Queryable,
  place: Place,
  { sessionId, attempts }: { readonly sessionId: string; readonly attempts: readonly AttemptWish[] },
): Promise<void> {
  for (const { task, key, attempt = 1, state, granted, closed = null } of attempts) {
    await db.query(
      `INSERT INTO task_attempts (company_id, session_id, run, task_index, attempt, task_key, task_version, seed, state,
                                  epoch, granted_at, closed_at)
       VALUES ($1, $2, 1, $3, $4, $5, 1, 'seed', $6, 1, $7, $8)`,
      [place.companyId, sessionId, task, attempt, key, state, granted, closed],
    );
  }
}

export interface ResultWish {
  /** ISO 8601. */
  readonly at: string;
  readonly score: number | null;
  readonly band?: string;
  readonly confidence?: "HIGH" | "MEDIUM" | "LOW";
  readonly trust?: number;
  readonly traits?: readonly { readonly key: string; readonly value: number; readonly risk_band: string }[];
  readonly flags?: readonly string[];
  readonly run?: number;
}

/** The session's result; the models the company has must hold `standard-1.0`. */
export async function addResult(
  db: Queryable,
  place: Place,
  { sessionId, ...wish }: ResultWish & { readonly sessionId: string },
): Promise<void> {
  const calculated = {
    traits: wish.traits ?? [],
    flags: (wish.flags ?? []).map((key) => ({ key, strength: 0.5 })),
    working: { integrity: "verified" },
  };
  await db.query(
    `INSERT INTO results (company_id, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
                          inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash,
                          scored_at)
     VALUES ($1, $2, $3, $4, $5, 'standard-1', 'standard-1.0', 'h', 'h', $6, $7, $8, $9, $10::jsonb, 'h', $11)`,
    [
      place.companyId,
      sessionId,
      nextId("res"),
      wish.run ?? 1,
      place.environmentId,
      wish.score,
      wish.score === null ? null : (wish.band ?? "MEDIUM"),
      wish.confidence ?? "HIGH",
      wish.trust ?? 80,
      JSON.stringify(calculated),
      wish.at,
    ],
  );
}

/** Scored by a later try, as `retryScoring` leaves it: a second announced result, and the session is a scored one. */
export async function addRetry(
  db: Queryable,
  place: Place,
  wish: ResultWish & { readonly sessionId: string },
): Promise<void> {
  await addResult(db, place, wish);
  await db.query(
    `UPDATE sessions s
        SET outcome = 'scored',
            unscored_result_at = (SELECT r.scored_at FROM results r
                                   WHERE r.company_id = $1 AND r.session_id = $2 AND r.score IS NULL)
      WHERE s.company_id = $1 AND s.session_id = $2`,
    [place.companyId, wish.sessionId],
  );
}

export interface DeliveryWish {
  /** ISO 8601. */
  readonly at: string;
  readonly state: "pending" | "held" | "delivered" | "dead";
  readonly attempts?: number;
  /** Until delivered. */
  readonly millis?: number;
}

/** A delivery of an event of no session. The environment has its endpoint from the start. */
export async function addDelivery(db: Queryable, place: Place, wish: DeliveryWish): Promise<string> {
  const [eventId, deliveryId] = [nextId("evt"), nextId("dlv")];
  await db.query(
    `INSERT INTO events (company_id, event_id, environment_id, type, body, body_hash, created_at)
     VALUES ($1, $2, $3, 'application.complete', '{}', 'h', $4)`,
    [place.companyId, eventId, place.environmentId, wish.at],
  );
  await db.query(
    `INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state, attempt_count, due_at,
                             delivered_at, created_at)
     SELECT $1, $2, $3, endpoint_id, $4, $5::text, $6, 'infinity',
            CASE $5::text WHEN 'delivered' THEN $7::timestamptz + make_interval(secs => $8::float8 / 1000) END, $7::timestamptz
       FROM endpoints WHERE company_id = $1 AND environment_id = $4`,
    [
      place.companyId,
      deliveryId,
      eventId,
      place.environmentId,
      wish.state,
      wish.attempts ?? 1,
      wish.at,
      wish.millis ?? 40,
    ],
  );
  return deliveryId;
}
