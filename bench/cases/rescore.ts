import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { findModel } from "@tallystick/scoring";
import { findBattery } from "@tallystick/tasks";
import { SYSTEM } from "../../apps/server/src/features/audit/service.ts";
import { createCompany } from "../../apps/server/src/features/companies/service.ts";
import { createDeployment } from "../../apps/server/src/features/deployments/service.ts";
import { contentHash } from "../../apps/server/src/features/models/service.ts";
import { rescore, type RescoreReport } from "../../apps/server/src/features/results/service.ts";
import { parseConfig } from "../../apps/server/src/config.ts";
import type { Database } from "../../apps/server/src/infra/database.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import { buildDeps } from "../../apps/server/src/start/deps.ts";
import { type FinishedPlace, insertFinished } from "../finished-sessions.ts";

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
const CHUNK = 200;

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

async function timed(deps: Deps, { companyId, environmentId }: FinishedPlace, modelVersion: string | null) {
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
async function addModel(db: Database, { companyId, battery }: FinishedPlace): Promise<string> {
  const version = "bench-1";
  const artefact = { ...findModel(battery.defaultModel), version };
  await db.query(
    `INSERT INTO model_versions (company_id, model_version, origin, artefact, content_hash)
     VALUES ($1::text, $2::text, 'shipped', $3::jsonb, $4::text)`,
    [companyId, version, JSON.stringify(artefact), contentHash(artefact)],
  );
  return version;
}
