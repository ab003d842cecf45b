import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { SYSTEM } from "../apps/server/src/features/audit/service.ts";
import { createCompany } from "../apps/server/src/features/companies/service.ts";
import { createDeployment, setEnvironment } from "../apps/server/src/features/deployments/service.ts";
import { parseConfig } from "../apps/server/src/config.ts";
import { openDatabase } from "../apps/server/src/infra/database.ts";
import type { Deps } from "../apps/server/src/infra/deps.ts";
import { connectStore } from "../apps/server/src/infra/store.ts";
import { buildDeps, type Built } from "../apps/server/src/start/deps.ts";
import { analyse, populate } from "./population.ts";

/** A database of that size, and the services over it. */
export interface Crowd {
  readonly deps: Deps;
  readonly companyId: string;
  readonly sessions: number;
  /** The time the generator took; null when the folder held the database already. */
  readonly filledInSeconds: number | null;
  close(): Promise<void>;
}

const DEPLOYMENTS = ["Loans", "Cards", "Shops"];

/** In `folder`, which is kept and used again, or in a folder that `close` deletes. */
export async function openCrowd(options: {
  readonly sessions: number;
  readonly seed: number;
  readonly folder: string | null;
  readonly say: (sentence: string) => void;
}): Promise<Crowd> {
  const { sessions, say } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "tallystick-crowd-"));
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const config = parseConfig({ TALLYSTICK_DATA: folder, LOG_LEVEL: "silent" });
  const log = pino({ level: "silent" });
  const built = await buildDeps(config, { log, poolSize: 8 });
  const close = async (): Promise<void> => {
    await built.close();
    if (options.folder === null) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { deps } = built;
    const known = await companyOf(deps, sessions);
    if (known !== null) return { deps, companyId: known, sessions, filledInSeconds: null, close };
    const started = performance.now();
    const companyId = await fill(built, config, options);
    const filledInSeconds = Math.round((performance.now() - started) / 1000);
    say(`${sessions} sessions in ${filledInSeconds} s`);
    return { deps, companyId, sessions, filledInSeconds, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The company that an earlier, finished fill of this size left. */
async function companyOf(deps: Deps, sessions: number): Promise<string | null> {
  const [row] = await deps.db.query<{ readonly company_id: string }>(
    "SELECT company_id FROM companies WHERE name = $1::text",
    [`Crowd of ${sessions}`],
  );
  return row?.company_id ?? null;
}

async function fill(
  { deps }: Built,
  config: Parameters<typeof connectStore>[0],
  { sessions, seed, say }: { readonly sessions: number; readonly seed: number; readonly say: (text: string) => void },
): Promise<string> {
  const { companyId } = await createCompany(deps, { name: "Crowd", actor: SYSTEM });
  const environments: { readonly environmentId: string; readonly integrationId: string }[] = [];
  for (const name of DEPLOYMENTS) {
    const created = await createDeployment(deps, { companyId, name, actor: SYSTEM });
    for (const kind of ["test", "production"] as const) {
      const webhookUrl = "https://lender.example/hooks/tallystick";
      await setEnvironment(deps, { companyId, deploymentId: created.deploymentId, kind, webhookUrl, actor: SYSTEM });
      environments.push(created[kind]);
    }
  }
  const store = await connectStore(config, { log: deps.log, shared: true });
  const owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
  try {
    await populate(owner, { companyId, environments, sessions, seed }, (done) =>
      say(`${done} of ${sessions} sessions`),
    );
    await analyse(owner);
    await owner.query("UPDATE companies SET name = $2::text WHERE company_id = $1::text", [
      companyId,
      `Crowd of ${sessions}`,
    ]);
  } finally {
    await owner.close();
    await store.stop();
  }
  return companyId;
}
