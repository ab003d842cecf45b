import { batteries } from "@tallystick/tasks";
import type { Database, Transaction } from "../apps/server/src/infra/database.ts";

/**
 * A company's past as a database of that size would hold it: a year of sessions of all states over several deployments,
 * with their facts, consents, tasks, inputs, results, events, deliveries and attempts. The same seed gives the same rows
 * but for the dates, which end now. Written inside PostgreSQL, because nothing else is fast enough for fifteen million rows.
 */
export interface Population {
  readonly companyId: string;
  /** Sessions are dealt out to them in turn. */
  readonly environments: readonly { readonly environmentId: string; readonly integrationId: string }[];
  readonly sessions: number;
  readonly seed: number;
}

/** Short enough for the statement time-out, and for temporary rows that stay in memory. */
const CHUNK = 5_000;

export async function populate(owner: Database, population: Population, say: (done: number) => void): Promise<void> {
  for (let first = 0; first < population.sessions; first += CHUNK) {
    const count = Math.min(CHUNK, population.sessions - first);
    await owner.transaction((tx) => insertChunk(tx, population, { first, count }));
    say(first + count);
  }
}

/** What a bulk load owes to every plan that follows. */
export async function analyse(owner: Database): Promise<void> {
  for (const table of ["sessions", "link_directory", ...FILLS.map(({ table: name }) => name)]) {
    await owner.query(`ANALYZE ${table}`);
  }
}

async function insertChunk(
  tx: Transaction,
  population: Population,
  chunk: { readonly first: number; readonly count: number },
): Promise<void> {
  const { companyId, environments, sessions, seed } = population;
  const [battery] = batteries;
  if (battery === undefined) throw new Error("there is no battery");
  const plan = JSON.stringify(battery.tasks.map(({ key, version }) => ({ key, version })));
  await tx.query("SET LOCAL synchronous_commit = off");
  await tx.query(`CREATE TEMP TABLE drawn ON COMMIT DROP AS ${DRAWN}`, [
    chunk.first,
    chunk.count,
    sessions,
    seed,
    companyId,
    environments.map(({ environmentId }) => environmentId),
    environments.map(({ integrationId }) => integrationId),
  ]);
  await tx.query(SESSIONS, [plan, battery.version, battery.defaultModel]);
  await tx.query(
    "INSERT INTO link_directory (code, company_id, session_id) SELECT code, company_id, session_id FROM drawn",
  );
  for (const { table, sql, needs } of FILLS) {
    const values = { plan, battery: battery.version, model: battery.defaultModel };
    await tx.query(
      sql,
      needs.map((name) => values[name]),
    );
    // Of tables without statistics the planner joins every event of an environment with every row: minutes, not a second.
    if (chunk.first === 0) await tx.query(`ANALYZE ${table}`);
  }
}

/** 20 bits of chance for row `i`, the same for the same seed; `salt` tells one question from another. */
function chance(salt: number, row = "i"): string {
  return `((hashint8extended(${row}, $4::bigint * 1000 + ${salt}) & 1048575)::float8 / 1048576)`;
}

// Every 33rd uid is that of the row before it, which stands in another environment; every 97th adds a part to it.
const UID = (row: string) => `CASE (${row} % 10)
    WHEN 0 THEN 'CUST_' || lpad(to_hex((hashint8extended(${row}, $4::bigint) & 4294967295)), 8, '0') || ${row}::text
    WHEN 1 THEN 'LN2026-' || ${row}::text
    WHEN 2 THEN 'LN2026-' || ${row}::text
    ELSE 'APP-' || lpad(${row}::text, 8, '0') END`;

const DRAWN = `
  SELECT $5::text AS company_id, i,
         'ses_' || lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 13, '0')
                || substr(md5(i::text || 's' || $4::text), 1, 13) AS session_id,
         substr(md5(i::text || 'c' || $4::text), 1, 12) || to_hex(i) AS code,
         ($6::text[])[1 + i % cardinality($6::text[])] AS environment_id,
         ($7::text[])[1 + i % cardinality($7::text[])] AS integration_id,
         CASE WHEN i % 97 = 96 THEN ${UID("(i - 1)")} || '-2'
              WHEN i % 33 = 32 THEN ${UID("(i - 1)")}
              ELSE ${UID("i")} END AS uid,
         CASE WHEN i >= $3::bigint * 0.99 AND dice < 0.30
              THEN (ARRAY['created', 'opened', 'in_progress'])[1 + floor(dice * 10)::int]
              WHEN dice < 0.68 THEN 'completed'
              WHEN dice < 0.88 THEN 'expired'
              WHEN dice < 0.94 THEN 'cancelled'
              ELSE 'incomplete' END AS state,
         dice, ${chance(2)} AS luck, CASE WHEN i % 50 = 49 THEN 2 ELSE 1 END AS run, created_at
    FROM (SELECT i, ${chance(1)} AS dice,
                 now() - interval '364 days' * (($3::bigint - i)::float8 / $3::bigint) AS created_at
            FROM generate_series($1::bigint, $1::bigint + $2::bigint - 1) AS i) AS base`;

const PLAYED = "state IN ('completed', 'in_progress') OR (state = 'incomplete') OR (state = 'expired' AND luck < 0.5)";
const ENDED = "state IN ('completed', 'expired', 'cancelled', 'incomplete')";

const SESSIONS = `
  INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, outcome, end_reasons, run, epoch,
                        link_code, metadata, battery_version, task_plan, model_version, created_at, expires_at, opened_at,
                        consented_at, ended_at, last_activity_at)
  SELECT company_id, session_id, environment_id, uid,
         regexp_replace(translate(lower(uid), '_', '-'), '(?<!\\d)0+(?=\\d)', '', 'g'),
         state, CASE WHEN state <> 'completed' THEN NULL WHEN luck < 0.97 THEN 'scored' ELSE 'unscorable' END,
         CASE state WHEN 'cancelled' THEN ARRAY['PRIVACY_POLICY_REJECTED']
                    WHEN 'incomplete' THEN ARRAY['APPLICANT_STOPPED', 'TASKS_MISSING'] ELSE '{}' END,
         run, CASE WHEN state = 'created' THEN 0 ELSE 1 END, code, '{"branch": "north"}', $2::text, $1::jsonb, $3::text,
         created_at, created_at + interval '24 hours',
         CASE WHEN state <> 'created' AND NOT (state = 'expired' AND luck >= 0.6) THEN created_at + interval '1 hour' END,
         CASE WHEN ${PLAYED} THEN created_at + interval '61 minutes' END,
         CASE WHEN ${ENDED} THEN created_at + interval '68 minutes' END, created_at + interval '68 minutes'
    FROM drawn`;

type Needs = "plan" | "battery" | "model";
interface Fill {
  readonly table: string;
  readonly sql: string;
  readonly needs: readonly Needs[];
}

const FILLS: readonly Fill[] = [
  {
    table: "session_facts",
    needs: [],
    sql: `
  INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details, at)
  SELECT company_id, session_id, 'fct_' || lpad(to_hex(i), 13, '0') || substr(md5(i::text || k), 1, 13),
         CASE WHEN k = 'run_ended' THEN 1 ELSE run END, k,
         CASE k WHEN 'hidden' THEN '{"task_index": 0, "duration_ms": 4000}'
                WHEN 'redirected' THEN '{"outcome": "completed", "url": "https://lender.example/done", "how": "page"}'
                WHEN 'run_ended' THEN '{"state": "expired", "reasons": []}'
                WHEN 'reopened' THEN '{"actor": "system"}'
                ELSE '{"tab": "0123456789abcdef", "epoch": 1, "device": {"class": "phone", "pointer": "coarse", "refresh_hz": 60, "viewport": [360, 740], "webdriver": false, "reduced_motion": false, "time_zone_offset_minutes": 180}}'
         END::jsonb, created_at + interval '1 hour' + interval '1 minute' * n
    FROM drawn, unnest(ARRAY['opened', 'resumed', 'hidden', 'redirected', 'run_ended', 'reopened']) WITH ORDINALITY AS kinds (k, n)
   WHERE (k = 'opened' AND state <> 'created' AND NOT (state = 'expired' AND luck >= 0.6))
      OR (k = 'resumed' AND i % 7 = 0 AND state <> 'created') OR (k = 'hidden' AND i % 3 = 0 AND state = 'completed')
      OR (k = 'redirected' AND state = 'completed' AND i % 5 > 0) OR (k IN ('run_ended', 'reopened') AND run = 2)`,
  },
  {
    table: "consents",
    needs: [],
    sql: `
  INSERT INTO consents (company_id, session_id, run, decision, privacy_policy_url, text_version, language, decided_at)
  SELECT company_id, session_id, run, CASE WHEN state = 'cancelled' THEN 'declined' ELSE 'accepted' END,
         'https://lender.example/privacy', '1', 'en', created_at + interval '61 minutes'
    FROM drawn WHERE ${PLAYED} OR state = 'cancelled'`,
  },
  {
    table: "task_attempts",
    needs: ["plan"],
    sql: `
  INSERT INTO task_attempts (company_id, session_id, run, task_index, attempt, task_key, task_version, seed, state, epoch, granted_at, closed_at)
  SELECT company_id, session_id, run, (n - 1)::int, attempt, task->>'key', (task->>'version')::int, md5(session_id || n),
         CASE WHEN attempt = 1 AND i % 20 = 0 AND n = 1 THEN 'interrupted' WHEN state = 'completed' THEN 'done' ELSE 'interrupted' END,
         1, created_at + interval '61 minutes' + interval '3 minutes' * (n - 1) + interval '1 minute' * (attempt - 1),
         CASE WHEN state = 'completed' AND NOT (attempt = 1 AND i % 20 = 0 AND n = 1)
              THEN created_at + interval '61 minutes' + interval '3 minutes' * (n - 1) + interval '1 second' * (65 + i % 90) END
    FROM drawn, jsonb_array_elements($1::jsonb) WITH ORDINALITY AS tasks (task, n), generate_series(1, 2) AS attempt
   WHERE (${PLAYED}) AND (attempt = 1 OR (i % 20 = 0 AND n = 1)) AND (n = 1 OR state = 'completed')`,
  },
  {
    table: "input_batches",
    needs: [],
    sql: `
  INSERT INTO input_batches (company_id, session_id, run, task_index, attempt, seq, epoch, body_hash, body, received_at)
  SELECT a.company_id, a.session_id, a.run, a.task_index, a.attempt, seq, 1, repeat(md5(d.i::text || seq), 2),
         '[' || repeat('{"n":1,"at":1234,"kind":"choose","choice":"later"},', 6) || '{"n":7,"at":9999,"kind":"timeout"}]',
         a.granted_at + interval '40 seconds' * (seq + 1)
    FROM drawn d
    JOIN task_attempts a ON a.company_id = d.company_id AND a.session_id = d.session_id, generate_series(0, 1) AS seq`,
  },
  {
    table: "results",
    needs: ["battery", "model"],
    sql: `
  INSERT INTO results (company_id, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
                       inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash, scored_at)
  SELECT company_id, session_id, 'res_' || substr(session_id, 5), run, environment_id, $1::text, $2::text, repeat('0', 64),
         repeat(md5(session_id), 2), CASE WHEN luck < 0.97 THEN ${scoreOf()} END, CASE WHEN luck < 0.97 THEN ${bandOf()} END,
          ${confidenceOf()}, CASE WHEN ${confidenceOf()} = 'LOW' THEN 36 ELSE 80 END,
          jsonb_build_object(
            'score', CASE WHEN luck < 0.97 THEN 50 END, 'risk_band', CASE WHEN luck < 0.97 THEN 'MEDIUM' END,
            'score_confidence', ${confidenceOf()}, 'trust_score', 80, 'reasons', '[]'::jsonb,
            'flags', CASE WHEN i % 20 = 0 THEN '[{"key": "fast_responses", "strength": 0.5, "share": "0.25"}]'
                          WHEN i % 4 = 0 THEN '[{"key": "inconsistent_choices", "strength": 0.5}]' ELSE '[]' END::jsonb,
            'traits', ${traitsOf()}, 'model_version', $2::text, 'calibrated', false, 'norms', 'provisional',
            'working', '{"z": {"patience": 0.1}, "favourable": {"patience": 0.08}, "u": 0.08, "signals": {"fast_responses": 0.5}, "missing": [], "integrity": "verified"}'::jsonb),
         repeat(md5(session_id), 2), created_at + interval '68 minutes'
    FROM drawn WHERE state = 'completed'`,
  },
  {
    table: "events",
    needs: [],
    sql: `
  INSERT INTO events (company_id, event_id, event_seq, environment_id, session_id, run, type, body, body_hash, created_at)
  SELECT company_id, 'evt_' || substr(session_id, 5) || n, 1 + i * 2 + (n - 1), environment_id, session_id, run, type,
         json_build_object('uid', uid, 'integration_id', integration_id, 'event', json_build_object('type', type, 'details',
           CASE WHEN type = 'psychometric_score.complete'
                THEN json_build_object('application_started_at', 1, 'application_completed_at', 2, 'scored_at', 2, 'platform', 'WEB',
                       'calculated', json_build_object('score', ${scoreOf()}, 'risk_band', ${bandOf()}, 'score_confidence', 'HIGH', 'traits', '[]'::json,
                         'flags', '[]'::json, 'trust_score', 80, 'reasons', '[]'::json, 'model_version', 'bench', 'calibrated', false, 'norms', 'provisional'))
                ELSE json_build_object('application_started_at', 1) END))::text,
         repeat(md5(session_id), 2), created_at + interval '68 minutes'
    FROM (SELECT *, CASE WHEN state = 'completed' AND n = 1 THEN 'application.complete'
                         WHEN state = 'completed' AND luck < 0.97 THEN 'psychometric_score.complete'
                         WHEN state = 'completed' THEN 'application.incomplete'
                         ELSE 'application.' || state END AS type
            FROM drawn, generate_series(1, 2) AS n
           WHERE ${ENDED} AND (n = 1 OR state = 'completed')) AS told`,
  },
  {
    table: "deliveries",
    needs: [],
    sql: `
  INSERT INTO deliveries (company_id, delivery_id, event_id, endpoint_id, environment_id, state, attempt_count, due_at,
                          last_status, delivered_at, created_at)
  SELECT e.company_id, 'dlv_' || substr(e.event_id, 5), e.event_id, p.endpoint_id, e.environment_id,
         CASE WHEN d.i % 200 = 0 THEN 'dead' ELSE 'delivered' END, CASE WHEN d.i % 25 = 0 THEN 3 ELSE 1 END, e.created_at,
         CASE WHEN d.i % 200 = 0 THEN 500 ELSE 200 END, CASE WHEN d.i % 200 > 0 THEN e.created_at END, e.created_at
    FROM drawn d
    JOIN events e ON e.company_id = d.company_id AND e.session_id = d.session_id
    JOIN endpoints p ON p.company_id = e.company_id AND p.environment_id = e.environment_id`,
  },
  {
    table: "attempts",
    needs: [],
    sql: `
  INSERT INTO attempts (company_id, delivery_id, attempt_id, number, url, request_headers, status, response_headers,
                        response_body, duration_ms, started_at)
  SELECT v.company_id, v.delivery_id, 'att_' || substr(v.delivery_id, 5) || n, n, 'https://lender.example/hooks/tallystick',
         '{"content-type": "application/json", "x-signature": "[redacted]", "webhook-id": "evt_0", "webhook-timestamp": "1795431895"}',
         CASE WHEN n = v.attempt_count THEN v.last_status ELSE 503 END, '{"content-type": "text/plain"}', 'ok', 41,
         v.created_at + interval '5 seconds' * (n - 1)
    FROM drawn d
    JOIN events e ON e.company_id = d.company_id AND e.session_id = d.session_id
    JOIN deliveries v ON v.company_id = e.company_id AND v.event_id = e.event_id, generate_series(1, 3) AS n
   WHERE n <= v.attempt_count`,
  },
];

/** The score a row's person was given, the same in result and event. */
function scoreOf(): string {
  return "(1 + (hashint8(i) & 2147483647) % 99)";
}

function bandOf(): string {
  return `(ARRAY['VERY_LOW', 'LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH'])[1 + ${scoreOf()} / 20]`;
}

/** One result in fifty is to be reviewed. */
function confidenceOf(): string {
  return "CASE WHEN i % 50 = 0 THEN 'LOW' WHEN i % 4 = 0 THEN 'MEDIUM' ELSE 'HIGH' END";
}

/** Five traits as a result has them, three of them in the score, each sten by chance around the middle. */
function traitsOf(): string {
  const traits = ["patience", "self_control", "optimism", "risk_taking", "planning"].map((key, place) => {
    const dice = `(hashint8extended(i, ${place}) & 4095)`;
    const band = place < 3 ? "MEDIUM" : "NOT_RATED";
    return `jsonb_build_object('key', '${key}', 'value', 1 + ${dice} % 4 + ${dice} / 16 % 4 + ${dice} / 256 % 4, 'risk_band', '${band}')`;
  });
  return `jsonb_build_array(${traits.join(", ")})`;
}
