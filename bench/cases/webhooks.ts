import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { WebhookBody } from "@tallystick/contract";
import { parseConfig } from "../../apps/server/src/config.ts";
import { SYSTEM } from "../../apps/server/src/features/audit/service.ts";
import { createCompany } from "../../apps/server/src/features/companies/service.ts";
import { createDeployment } from "../../apps/server/src/features/deployments/service.ts";
import { setWebhookUrl } from "../../apps/server/src/features/endpoints/service.ts";
import { recordEvents } from "../../apps/server/src/features/webhooks/service.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import { createLogger } from "../../apps/server/src/infra/logger.ts";
import { buildDeps } from "../../apps/server/src/start/deps.ts";
import { freePort } from "../../tools/harness/server-process.ts";
import { median } from "../load.ts";
import type { Bench } from "../world.ts";

export interface WebhooksMeasured {
  readonly webhooks: number;
  readonly rounds: number;
  /** Attempts at a time of the baseline; the most that one endpoint gets of the product. */
  readonly width: number;
  readonly silentEndpoints: number;
  /** Each a median of the rounds. */
  readonly bare: number;
  readonly sustained: number;
  readonly besideSilent: number;
}

const WIDTH = 32;
const SILENT = 100;
const DUE_TO_EACH_SILENT = 50;
const PATIENCE_MS = 180_000;

/** Bare posts, the product, and the product beside silent endpoints in turn, so that a noisy minute meets all of them. */
export async function measureWebhooks(
  bench: Bench,
  { webhooks, rounds }: { readonly webhooks: number; readonly rounds: number },
): Promise<WebhooksMeasured> {
  const receiver = await startReceiver();
  const config = parseConfig({ TALLYSTICK_DATA: bench.server.dataDir, LOG_LEVEL: "warn" });
  const built = await buildDeps(config, { log: createLogger(config), poolSize: 4, shared: true });
  const { deps } = built;
  try {
    const bare: number[] = [];
    const sustained: number[] = [];
    const besideSilent: number[] = [];
    await sendOurs(deps, receiver, { path: "/warm-up", webhooks: Math.ceil(webhooks / 2) });
    const silent = await createSilent(deps, receiver);
    for (let round = 0; round < rounds; round++) {
      bare.push(await sendBare(receiver, `/bare/${round}`, webhooks));
      sustained.push(await sendOurs(deps, receiver, { path: `/ours/${round}`, webhooks }));
      await turnOn(deps, receiver, { companyIds: silent, time: round + 1 });
      besideSilent.push(await sendOurs(deps, receiver, { path: `/beside/${round}`, webhooks }));
      await turnOff(deps, silent);
    }
    return {
      webhooks,
      rounds,
      width: WIDTH,
      silentEndpoints: SILENT,
      bare: median(bare),
      sustained: median(sustained),
      besideSilent: median(besideSilent),
    };
  } finally {
    await built.close();
    receiver.child.kill("SIGTERM");
  }
}

interface Receiver {
  readonly child: ChildProcess;
  readonly baseUrl: string;
}

async function startReceiver(): Promise<Receiver> {
  const program = join(import.meta.dirname, "../bare-receiver.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { child, baseUrl: `http://127.0.0.1:${port.toString().trim()}` };
}

/** Webhooks a second, from the first to the last as the receiver saw them. */
async function rateAt(receiver: Receiver, path: string, count: number): Promise<number> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const answer = await fetch(`${receiver.baseUrl}/count?path=${encodeURIComponent(path)}`);
    const seen = (await answer.json()) as { count: number; firstMs: number; lastMs: number };
    if (seen.count >= count) return Math.round(((count - 1) * 1000) / (seen.lastMs - seen.firstMs));
    await delay(100);
  }
  throw new Error(`The webhooks to ${path} did not come within ${PATIENCE_MS / 1000} s`);
}

async function sendBare(receiver: Receiver, path: string, webhooks: number): Promise<number> {
  const program = join(import.meta.dirname, "../bare-sender.ts");
  const body = JSON.stringify(bodyOf("0123456789abcdef01234567", "BARE-1000"));
  const parameters = [receiver.baseUrl + path, String(webhooks), String(WIDTH), body];
  await promisify(execFile)(process.execPath, ["--import", "tsx", program, ...parameters]);
  return rateAt(receiver, path, webhooks);
}

/** All fall due within the moment that one statement takes; the server's dispatcher finds them by itself. */
async function sendOurs(
  deps: Deps,
  receiver: Receiver,
  { path, webhooks }: { readonly path: string; readonly webhooks: number },
): Promise<number> {
  const companyId = await lenderWith(deps, receiver.baseUrl + path, webhooks);
  await deps.db.query("UPDATE deliveries SET due_at = clock_timestamp() WHERE company_id = $1::text", [companyId]);
  await deps.db.query("UPDATE dispatch_due SET due_at = now() WHERE company_id = $1::text", [companyId]);
  return rateAt(receiver, path, webhooks);
}

/** Half of the endpoints take a webhook and never answer, half have nobody who listens. They are off at first. */
async function createSilent(deps: Deps, receiver: Receiver): Promise<readonly string[]> {
  const deadPort = await freePort();
  const companyIds: string[] = [];
  for (let index = 0; index < SILENT; index++) {
    const url = index % 2 === 0 ? `${receiver.baseUrl}/hang/${index}` : `http://127.0.0.1:${deadPort}/${index}`;
    companyIds.push(await lenderWith(deps, url, DUE_TO_EACH_SILENT));
  }
  await deps.db.query("UPDATE endpoints SET state = 'disabled' WHERE company_id = ANY ($1::text[])", [companyIds]);
  return companyIds;
}

/** Resolves when those that hang have a webhook of this time under way. */
async function turnOn(
  deps: Deps,
  receiver: Receiver,
  { companyIds, time }: { readonly companyIds: readonly string[]; readonly time: number },
): Promise<void> {
  await deps.db.query("UPDATE endpoints SET state = 'enabled' WHERE company_id = ANY ($1::text[])", [companyIds]);
  await deps.db.query(
    "UPDATE deliveries SET due_at = clock_timestamp() WHERE company_id = ANY ($1::text[]) AND state = 'pending'",
    [companyIds],
  );
  await deps.db.query("UPDATE dispatch_due SET due_at = now() WHERE company_id = ANY ($1::text[])", [companyIds]);
  for (let index = 0; index < SILENT; index += 2) await rateAt(receiver, `/hang/${index}`, time);
}

/** Resolves when none is under way any more. */
async function turnOff(deps: Deps, companyIds: readonly string[]): Promise<void> {
  await deps.db.query("UPDATE endpoints SET state = 'disabled' WHERE company_id = ANY ($1::text[])", [companyIds]);
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const [row] = await deps.db.query<{ leased: number }>(
      "SELECT count(*)::int AS leased FROM deliveries WHERE company_id = ANY ($1::text[]) AND lease_id IS NOT NULL",
      [companyIds],
    );
    if (row?.leased === 0) return;
    await delay(500);
  }
  throw new Error(`Attempts were still under way after ${PATIENCE_MS / 1000} s`);
}

/** A company of its own, with so many deliveries that are not due yet. */
async function lenderWith(deps: Deps, url: string, webhooks: number): Promise<string> {
  const { companyId } = await createCompany(deps, { name: `Bench ${deps.ids.make("cmp").slice(-8)}`, actor: SYSTEM });
  const { test } = await createDeployment(deps, { companyId, name: "Loans", actor: SYSTEM });
  const { environmentId, integrationId } = test;
  const place = { companyId, environmentId, kind: "test" as const };
  await deps.db.transaction((tx) => setWebhookUrl(tx, deps, { ...place, url }));
  for (let done = 0; done < webhooks; done += 500) {
    const events = Array.from({ length: Math.min(500, webhooks - done) }, (_, index) => ({
      environmentId,
      sessionId: deps.ids.make("ses"),
      run: 1,
      body: bodyOf(integrationId, `BENCH-${1000 + done + index}`),
    }));
    await deps.db.transaction(async (tx) => {
      await recordEvents(tx, deps, companyId, events);
      await tx.query(
        "UPDATE deliveries SET due_at = now() + interval '1 day' WHERE company_id = $1::text AND due_at <= now()",
        [companyId],
      );
    });
  }
  return companyId;
}

function bodyOf(integrationId: string, uid: string): WebhookBody {
  const details = { application_started_at: 1_790_000_000, application_completed_at: 1_790_000_360 };
  return { uid, integration_id: integrationId, event: { type: "application.complete", details } };
}
