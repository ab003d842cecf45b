import { createHash } from "node:crypto";
import { findModel } from "@tallystick/scoring";
import { type Battery, digestTrials, findTask, playTask, replay } from "@tallystick/tasks";
import { contentHash } from "../apps/server/src/features/models/service.ts";
import { calculateRun } from "../apps/server/src/features/results/calculate.ts";
import type { StoredBatch } from "../apps/server/src/features/results/store.ts";
import type { Queryable } from "../apps/server/src/infra/database.ts";

export interface FinishedPlace {
  readonly companyId: string;
  readonly environmentId: string;
  readonly battery: Battery;
}

interface PlayedSession {
  readonly sessionId: string;
  readonly uid: string;
  readonly batches: readonly StoredBatch[];
  readonly calculated: ReturnType<typeof calculateRun>["calculated"];
  readonly modelHash: string;
  readonly inputsChecksum: string;
}

const BATCH_SIZE = 20;
const DEVICE = { class: "phone", pointer: "coarse", refresh_hz: 60, viewport: [390, 844], webdriver: false };
const FACTS = {
  hiddenMs: 0,
  takeovers: 0,
  earlierRuns: 0,
  nearDuplicates: 0,
  webdriver: false,
  deviceClass: "phone",
} as const;

/** What the journeys of so many honest players leave, but for events and deliveries. Returns the bytes of their inputs. */
export async function insertFinished(
  tx: Queryable,
  place: FinishedPlace,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<number> {
  const played = Array.from({ length: count }, (_, offset) => playSession(place.battery, first + offset));
  await insertSessions(tx, place, played);
  await insertAttempts(tx, place, played);
  const bytes = await insertBatches(tx, place, played);
  await insertResults(tx, place, played);
  return bytes;
}

function playSession(battery: Battery, index: number): PlayedSession {
  const artefact = findModel(battery.defaultModel);
  if (artefact === null) throw new Error("no model");
  const batches = battery.tasks.flatMap((task, taskIndex) => playedBatches(task, { index, taskIndex }));
  const { calculated, modelHash, inputsChecksum } = calculateRun(
    { artefact, origin: "shipped", contentHash: contentHash(artefact) },
    {
      batteryVersion: battery.version,
      taskPlan: battery.tasks.map(({ key, version }) => ({
        key,
        version,
        parameters: parametersOf({ key, version }),
      })),
      batches,
      facts: FACTS,
    },
  );
  const sessionId = `ses_${index.toString(16).padStart(26, "0")}`;
  return { sessionId, uid: `BENCH-${index}-x`, batches, calculated, modelHash, inputsChecksum };
}

async function insertSessions(
  tx: Queryable,
  { companyId, environmentId, battery }: FinishedPlace,
  played: readonly PlayedSession[],
): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (company_id, session_id, environment_id, uid, uid_canonical, state, outcome, link_code,
                           battery_version, task_plan, model_version, expires_at, opened_at, consented_at, ended_at)
     SELECT $1::text, session_id, $2::text, uid, lower(uid), 'completed', 'scored', session_id, $5::text, $6::jsonb,
            $7::text, now(), now(), now(), now()
       FROM unnest($3::text[], $4::text[]) AS played (session_id, uid)`,
    [
      companyId,
      environmentId,
      played.map(({ sessionId }) => sessionId),
      played.map(({ uid }) => uid),
      battery.version,
      JSON.stringify(battery.tasks.map(({ key, version }) => ({ key, version }))),
      battery.defaultModel,
    ],
  );
  await tx.query(
    `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details)
     SELECT $1::text, session_id, 'fct_' || session_id, 1, 'opened', $3::jsonb
       FROM unnest($2::text[]) AS played (session_id)`,
    [companyId, played.map(({ sessionId }) => sessionId), JSON.stringify({ tab: "0", epoch: 1, device: DEVICE })],
  );
}

async function insertAttempts(
  tx: Queryable,
  { companyId, battery }: FinishedPlace,
  played: readonly PlayedSession[],
): Promise<void> {
  const attempts = batchesOf(played).filter(({ seq }) => seq === 0);
  await tx.query(
    `INSERT INTO task_attempts (company_id, session_id, run, task_index, attempt, task_key, task_version, seed, state, epoch, shown_digest)
     SELECT $1::text, session_id, 1, task_index, 1, task_key, 1, seed, 'done', 1, digest
       FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
         AS played (session_id, task_index, task_key, seed, digest)`,
    [
      companyId,
      attempts.map(({ sessionId }) => sessionId),
      attempts.map(({ taskIndex }) => taskIndex),
      attempts.map(({ taskIndex }) => battery.tasks[taskIndex]?.key),
      attempts.map(({ seed }) => seed),
      attempts.map(({ shownDigest }) => shownDigest),
    ],
  );
}

async function insertBatches(
  tx: Queryable,
  { companyId }: FinishedPlace,
  played: readonly PlayedSession[],
): Promise<number> {
  const batches = batchesOf(played);
  await tx.query(
    `INSERT INTO input_batches (company_id, session_id, run, task_index, attempt, seq, epoch, body_hash, body)
     SELECT $1::text, session_id, 1, task_index, 1, seq, 1, body_hash, body
       FROM unnest($2::text[], $3::int[], $4::int[], $5::text[], $6::text[])
         AS played (session_id, task_index, seq, body_hash, body)`,
    [
      companyId,
      batches.map(({ sessionId }) => sessionId),
      batches.map(({ taskIndex }) => taskIndex),
      batches.map(({ seq }) => seq),
      batches.map(({ bodyHash }) => bodyHash),
      batches.map(({ body }) => body),
    ],
  );
  return batches.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
}

async function insertResults(
  tx: Queryable,
  { companyId, environmentId, battery }: FinishedPlace,
  played: readonly PlayedSession[],
): Promise<void> {
  await tx.query(
    `INSERT INTO results (company_id, session_id, result_id, run, environment_id, battery_version, model_version, model_hash,
                          inputs_checksum, score, risk_band, score_confidence, trust_score, calculated, calculated_hash)
     SELECT $1::text, session_id, 'res_' || session_id, 1, $2::text, $3::text, $4::text, $5::text, checksum, score, band,
            confidence, trust, calculated::jsonb, hash
       FROM unnest($6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::int[], $12::text[], $13::text[])
         AS played (session_id, checksum, score, band, confidence, trust, calculated, hash)`,
    [
      companyId,
      environmentId,
      battery.version,
      battery.defaultModel,
      played[0]?.modelHash,
      played.map(({ sessionId }) => sessionId),
      played.map(({ inputsChecksum }) => inputsChecksum),
      played.map(({ calculated }) => calculated.score),
      played.map(({ calculated }) => calculated.risk_band),
      played.map(({ calculated }) => calculated.score_confidence),
      played.map(({ calculated }) => calculated.trust_score),
      played.map(({ calculated }) => JSON.stringify(calculated)),
      played.map(({ calculated }) => contentHash(calculated)),
    ],
  );
}

function batchesOf(played: readonly PlayedSession[]): readonly (StoredBatch & { readonly sessionId: string })[] {
  return played.flatMap(({ sessionId, batches }) => batches.map((batch) => ({ sessionId, ...batch })));
}

/** What the database would return for one task of a finished session. */
function playedBatches(
  task: { readonly key: string; readonly version: number },
  place: { readonly index: number; readonly taskIndex: number },
): readonly StoredBatch[] {
  const { index, taskIndex } = place;
  const definition = findTask(task.key, task.version);
  if (definition === null) throw new Error(`no task ${task.key}`);
  const parameters = parametersOf(task);
  const seed = hex(`seed-${index}-${taskIndex}`).slice(0, 32);
  const inputs = playTask(definition, "honest", { seed, parameters, personSeed: hex(`person-${index}`).slice(0, 32) });
  const shownDigest = digestTrials(replay(definition, { seed, parameters, inputs }).trials);
  return Array.from({ length: Math.ceil(inputs.length / BATCH_SIZE) }, (_, seq): StoredBatch => {
    const body = JSON.stringify(inputs.slice(seq * BATCH_SIZE, (seq + 1) * BATCH_SIZE));
    return { taskIndex, attempt: 1, attemptState: "done", seed, shownDigest, seq, body, bodyHash: hex(body) };
  });
}

function parametersOf({ key, version }: { readonly key: string; readonly version: number }) {
  // Any task's parameters are a plain object; the registry forgets which.
  return findTask(key, version)?.spec.parameters as Readonly<Record<string, unknown>>;
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
