import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { findModel } from "@tallystick/scoring";
import { type Battery, digestTrials, findBattery, findTask, playTask, replay } from "@tallystick/tasks";
import { SYSTEM } from "../../apps/server/src/features/audit/service.ts";
import { createCompany } from "../../apps/server/src/features/companies/service.ts";
import { createDeployment } from "../../apps/server/src/features/deployments/service.ts";
import { contentHash } from "../../apps/server/src/features/models/service.ts";
import { calculateRun } from "../../apps/server/src/features/results/calculate.ts";
import { rescore, type RescoreReport } from "../../apps/server/src/features/results/service.ts";
import type { StoredBatch } from "../../apps/server/src/features/results/store.ts";
import { parseConfig } from "../../apps/server/src/config.ts";
import type { Database } from "../../apps/server/src/infra/database.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import { buildDeps } from "../../apps/server/src/start/deps.ts";

export interface RescoreMeasured {
  readonly sessions: number;
  readonly battery: string;
  /** Raw inputs of all sessions together. */
  readonly inputsMiB: number;
  /** Results of another model added beside the old ones. */
  readonly writeSeconds: number;
  /** The same once more: everything is there and passed over. */
  readonly resumeSeconds: number;
  /** Each result compared with what its own model gives. */
  readonly checkSeconds: number;
}

const BATTERY = "standard-1";
const BATCH_SIZE = 20;
const CHUNK = 200;
const DEVICE = { class: "phone", pointer: "coarse", refresh_hz: 60, viewport: [390, 844], webdriver: false };

/** Finished sessions of one deployment, scored again on one thread beside an embedded PostgreSQL. */
export async function measureRescore(sessions: number): Promise<RescoreMeasured> {
  const battery = findBattery(BATTERY);
  if (battery === null) throw new Error("no battery");
  const folder = mkdtempSync(join(tmpdir(), "tallystick-rescore-"));
  const config = parseConfig({ TALLYSTICK_DATA: folder, LOG_LEVEL: "silent" });
  // As many connections as a command has.
  const built = await buildDeps(config, { log: pino({ level: "silent" }), poolSize: 2 });
  try {
    const { deps } = built;
    const { companyId } = await createCompany(deps, { name: "Bench", actor: SYSTEM });
    const { test } = await createDeployment(deps, { companyId, name: "Bench", actor: SYSTEM });
    const place = { companyId, environmentId: test.environmentId, battery };
    let bytes = 0;
    for (let first = 0; first < sessions; first += CHUNK) {
      const count = Math.min(CHUNK, sessions - first);
      bytes += await deps.db.transaction((tx) => insertFinished(tx, place, { first, count }));
    }
    const modelVersion = await addModel(deps.db, place);
    const write = await timed(deps, place, modelVersion);
    expectCounts(write.report, { written: sessions, same: 0 });
    const resume = await timed(deps, place, modelVersion);
    if (resume.report.skipped.already !== sessions) throw new Error("not everything was passed over");
    const check = await timed(deps, place, null);
    expectCounts(check.report, { written: 0, same: sessions });
    return {
      sessions,
      battery: BATTERY,
      inputsMiB: bytes / 2 ** 20,
      writeSeconds: write.seconds,
      resumeSeconds: resume.seconds,
      checkSeconds: check.seconds,
    };
  } finally {
    await built.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly companyId: string;
  readonly environmentId: string;
  readonly battery: Battery;
}

async function timed(deps: Deps, { companyId, environmentId }: Place, modelVersion: string | null) {
  const started = performance.now();
  const report = await rescore(deps, {
    scope: { companyId, environmentIds: [environmentId], sessionId: null, from: null, to: null },
    modelVersion,
    limit: null,
    actor: SYSTEM,
    named: { all: true },
  });
  return { report, seconds: (performance.now() - started) / 1000 };
}

function expectCounts({ counts }: RescoreReport, expected: { readonly written: number; readonly same: number }): void {
  if (counts.written !== expected.written || counts.same !== expected.same)
    throw new Error(`Scored otherwise than expected: ${JSON.stringify(counts)}`);
}

/** Another model of the same battery, as a recalibration would leave one. */
async function addModel(db: Database, { companyId, battery }: Place): Promise<string> {
  const version = "bench-1";
  const artefact = { ...findModel(battery.defaultModel), version };
  await db.query(
    `INSERT INTO model_versions (company_id, model_version, origin, artefact, content_hash)
     VALUES ($1::text, $2::text, 'shipped', $3::jsonb, $4::text)`,
    [companyId, version, JSON.stringify(artefact), contentHash(artefact)],
  );
  return version;
}

/** What the journeys of so many honest players leave. Returns the bytes of their inputs. */
async function insertFinished(
  tx: Pick<Database, "query">,
  { companyId, environmentId, battery }: Place,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<number> {
  const artefact = findModel(battery.defaultModel);
  if (artefact === null) throw new Error("no model");
  const model = { artefact, contentHash: contentHash(artefact) };
  const plan = battery.tasks.map(({ key, version }) => ({ key, version }));
  const taskPlan = plan.map((task) => ({ ...task, parameters: parametersOf(task) }));
  const facts = { hiddenMs: 0, takeovers: 0, earlierRuns: 0, nearDuplicates: 0, webdriver: false } as const;
  const played = Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    const sessionId = `ses_${index.toString(16).padStart(26, "0")}`;
    const batches = plan.flatMap((task, taskIndex) => playedBatches(task, { index, taskIndex }));
    const { calculated, inputsChecksum } = calculateRun(model, {
      batteryVersion: battery.version,
      taskPlan,
      batches,
      facts: { ...facts, deviceClass: "phone" },
    });
    return { sessionId, uid: `BENCH-${index}-x`, batches, calculated, inputsChecksum };
  });
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
      JSON.stringify(plan),
      battery.defaultModel,
    ],
  );
  await tx.query(
    `INSERT INTO session_facts (company_id, session_id, fact_id, run, kind, details)
     SELECT $1::text, session_id, 'fct_' || session_id, 1, 'opened', $3::jsonb
       FROM unnest($2::text[]) AS played (session_id)`,
    [companyId, played.map(({ sessionId }) => sessionId), JSON.stringify({ tab: "0", epoch: 1, device: DEVICE })],
  );
  const batches = played.flatMap(({ sessionId, batches: own }) => own.map((batch) => ({ sessionId, ...batch })));
  const attempts = batches.filter(({ seq }) => seq === 0);
  await tx.query(
    `INSERT INTO task_attempts (company_id, session_id, run, task_index, attempt, task_key, task_version, seed, state, epoch, shown_digest)
     SELECT $1::text, session_id, 1, task_index, 1, task_key, 1, seed, 'done', 1, digest
       FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
         AS played (session_id, task_index, task_key, seed, digest)`,
    [
      companyId,
      attempts.map(({ sessionId }) => sessionId),
      attempts.map(({ taskIndex }) => taskIndex),
      attempts.map(({ taskIndex }) => plan[taskIndex]?.key),
      attempts.map(({ seed }) => seed),
      attempts.map(({ shownDigest }) => shownDigest),
    ],
  );
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
      model.contentHash,
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
  return batches.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
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
