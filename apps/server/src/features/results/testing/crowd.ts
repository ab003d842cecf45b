import type { Database } from "../../../infra/database.ts";
import type { CreatedDeployment } from "../../deployments/service.ts";

/** Rows of sessions and results as journeys leave them, without playing hundreds. */
export interface Row {
  readonly sessionId: string;
  readonly uid: string;
  readonly environmentId: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly simulated: boolean;
  readonly batchId: string | null;
  /** Epoch seconds, whole: several sessions share one. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly band: string | null;
  readonly confidence: string | null;
  readonly flags: readonly string[];
}

const STATES = ["created", "in_progress", "completed", "completed", "completed", "cancelled", "incomplete", "expired"];
const BANDS = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"];
const CONFIDENCES = ["HIGH", "MEDIUM", "LOW"];
const FLAGS = ["fast_responses", "synthetic_input", "low_engagement"];
export const T0 = 1_700_000_000;

/** A sequence that is the same for the same seed (Park and Miller). */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** `count` rows spread unevenly over the environments, many in the same second. */
export function drawRows(
  environmentIds: readonly string[],
  { count, seed, batchId = null }: { readonly count: number; readonly seed: number; readonly batchId?: string | null },
): readonly Row[] {
  const draw = sequence(seed);
  const pick = <T>(of: readonly T[]): T => {
    const found = of[draw(of.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  };
  return Array.from({ length: count }, (_, n): Row => {
    // Half of all in the first environment.
    const environmentId = draw(2) === 0 ? (environmentIds[0] ?? "") : pick(environmentIds);
    const state = pick(STATES);
    const isScored = state === "completed" && draw(5) > 0;
    const createdAt = T0 + draw(Math.ceil(count / 3));
    return {
      sessionId: `ses_${String(draw(1_000_000)).padStart(7, "0")}${String(n).padStart(6, "0")}`,
      uid: `${pick(["APP", "app", "LOAN"])}-${String(n).padStart(5, "0")}`,
      environmentId,
      state,
      outcome: state === "completed" ? (isScored ? "scored" : "unscorable") : null,
      simulated: draw(6) === 0,
      batchId: environmentId === environmentIds[0] && draw(3) === 0 ? batchId : null,
      createdAt,
      endedAt: ["created", "in_progress"].includes(state) ? null : createdAt + draw(50),
      band: isScored ? pick(BANDS) : null,
      confidence: state === "completed" ? pick(CONFIDENCES) : null,
      flags: state === "completed" ? FLAGS.filter(() => draw(4) === 0) : [],
    };
  });
}

/** Written as the owner, since the server may change no result. */
export async function insertRows(
  owner: Database,
  { companyId }: CreatedDeployment,
  rows: readonly Row[],
): Promise<void> {
  const column = <T>(read: (row: Row) => T): T[] => rows.map(read);
  await owner.query(
    `INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, outcome, simulated, batch_id,
                           created_at, ended_at, expires_at, link_code, battery_version, task_plan, model_version)
     SELECT $1, id, environment, uid, lower(uid), state, outcome, simulated, batch, to_timestamp(created),
            to_timestamp(ended), now() + interval '1 day', id, 'standard-1', '[]', 'standard-1.0'
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::float8[],
                   $10::float8[]) AS made (id, environment, uid, state, outcome, simulated, batch, created, ended)`,
    [
      companyId,
      column((row) => row.sessionId),
      column((row) => row.environmentId),
      column((row) => row.uid),
      column((row) => row.state),
      column((row) => row.outcome),
      column((row) => row.simulated),
      column((row) => row.batchId),
      column((row) => row.createdAt),
      column((row) => row.endedAt),
    ],
  );
  const scored = rows.filter(({ confidence }) => confidence !== null);
  await owner.query(
    `INSERT INTO results (company_id, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
                          inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash)
     SELECT $1, id, 'res_' || id, 1, environment, 'standard-1', 'standard-1.0', 'm', 'i',
            CASE WHEN band IS NOT NULL THEN 50 END, band, confidence, 60, calculated::jsonb, 'c'
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS made (id, environment, band, confidence, calculated)`,
    [
      companyId,
      scored.map((row) => row.sessionId),
      scored.map((row) => row.environmentId),
      scored.map((row) => row.band),
      scored.map((row) => row.confidence),
      scored.map((row) => JSON.stringify(documentOf(row))),
    ],
  );
  await owner.query("ANALYZE sessions");
  await owner.query("ANALYZE results");
}

/** As the scoring writes it, as far as lists read it. */
function documentOf({ band, confidence, flags }: Row): object {
  return {
    score: band === null ? null : 50,
    risk_band: band,
    score_confidence: confidence,
    trust_score: 60,
    traits: [
      { key: "patience", value: 6, risk_band: "MEDIUM" },
      { key: "attention", value: 3, risk_band: "NOT_RATED" },
    ],
    flags: flags.map((key) => ({ key, strength: 1 })),
    reasons: band === null ? [] : [{ key: "patience", text: "=Smaller sums sooner" }],
    model_version: "standard-1.0",
    calibrated: false,
    norms: "provisional",
    working: { z: {}, favourable: {}, u: null, signals: {}, missing: [], integrity: "verified" },
  };
}
