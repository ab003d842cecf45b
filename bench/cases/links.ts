import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Bench } from "../world.ts";

export interface LinksMeasured {
  readonly links: number;
  /** From sending the list until the batch says it is ready, looked at ten times a second. */
  readonly createSeconds: number;
  /** Until the answer 202: reading and judging the list. */
  readonly answerSeconds: number;
  readonly exportSeconds: number;
  readonly exportMiB: number;
  /** From the call until every link has ended; their webhooks are sent at the same time. */
  readonly revokeSeconds: number;
  /** Webhooks that had come in when the last link had ended. */
  readonly webhooksMeanwhile: number;
  /** From the call until the receiver had the last of the webhooks. */
  readonly webhooksSeconds: number;
  /** The whole command, with its own start. */
  readonly commandSeconds: number;
  /** Most memory that each process held, without PostgreSQL; null where the system does not tell. */
  readonly memoryMiB: {
    readonly idle: number | null;
    readonly create: number | null;
    readonly export: number | null;
    readonly revoke: number | null;
    readonly command: number | null;
  };
}

interface Batch {
  readonly batch_id: string;
  readonly state: "creating" | "ready" | "failed";
  readonly created: number;
  readonly failure: string | null;
  readonly revoking: boolean;
}

const BATCHES = "/v1/links-management/batches";
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 300_000;

/** A list as large as may be: made, exported and revoked over HTTP, and made once more by the command line. */
export async function measureLinks(bench: Bench, links: number): Promise<LinksMeasured> {
  const { pid } = bench.server;
  const idle = peakMiB(pid);
  forgetPeak(pid);
  const created = await createBatch(bench, listOf(links, "HTTP"));
  const create = peakMiB(pid);
  forgetPeak(pid);
  const exported = await exportBatch(bench, created.batchId, links);
  const exporting = peakMiB(pid);
  forgetPeak(pid);
  const revoked = await revokeBatch(bench, created.batchId, links);
  const revoke = peakMiB(pid);
  const { commandSeconds, command } = await createByCommand(bench, listOf(links, "CLI"), links);
  return {
    links,
    createSeconds: created.createSeconds,
    answerSeconds: created.answerSeconds,
    ...exported,
    ...revoked,
    commandSeconds,
    memoryMiB: { idle, create, export: exporting, revoke, command },
  };
}

function listOf(lines: number, series: string): string {
  return `uid\n${Array.from({ length: lines }, (_, index) => `LOAN-${series}-${index}-x\n`).join("")}`;
}

async function createBatch(bench: Bench, csv: string) {
  const started = performance.now();
  const { batch_id: batchId } = await call<Batch>(bench, "POST", BATCHES, { name: "Bench", csv });
  const answerSeconds = secondsSince(started);
  const batch = await eventually(bench, batchId, ({ state }) => state !== "creating");
  if (batch.state !== "ready") throw new Error(`The batch failed: ${batch.failure ?? ""}`);
  return { batchId, answerSeconds, createSeconds: secondsSince(started) };
}

async function exportBatch(bench: Bench, batchId: string, links: number) {
  const started = performance.now();
  const answer = await request(bench, "GET", `${BATCHES}/${batchId}/export`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const exportSeconds = secondsSince(started);
  const lines = bytes.toString("utf8").trimEnd().split("\r\n").length - 1;
  if (lines !== links) throw new Error(`The export holds ${lines} links of ${links}`);
  return { exportSeconds, exportMiB: bytes.length / 2 ** 20 };
}

async function revokeBatch(bench: Bench, batchId: string, links: number) {
  const { received } = bench.receiver;
  const before = received.length;
  const started = performance.now();
  await call<Batch>(bench, "POST", `${BATCHES}/${batchId}/revoke`);
  await eventually(bench, batchId, ({ revoking }) => !revoking);
  const revokeSeconds = secondsSince(started);
  const webhooksMeanwhile = received.length - before;
  const deadline = performance.now() + PATIENCE_MS;
  while (received.length - before < links && performance.now() < deadline) await delay(LOOK_EVERY_MS);
  const ended = new Set(received.slice(before).map(({ body }) => (JSON.parse(body) as { readonly uid: string }).uid));
  if (ended.size !== links) throw new Error(`Webhooks came for ${ended.size} links of ${links}`);
  return { revokeSeconds, webhooksMeanwhile, webhooksSeconds: secondsSince(started) };
}

async function createByCommand({ server, deploymentId }: Bench, csv: string, links: number) {
  const file = join(server.dataDir, "bench-list.csv");
  writeFileSync(file, csv);
  const { DATABASE_URL: _database, TALLYSTICK_SECRET: _secret, ...inherited } = process.env;
  const program = join(import.meta.dirname, "../../bin/tallystick.mjs");
  const words = ["link", "create", deploymentId, "--env", "test", "--name", "Bench", "--file", file, "--json"];
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...inherited, TALLYSTICK_DATA: server.dataDir, PUBLIC_URL: server.baseUrl, PORT: String(server.port) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  let command: number | null = null;
  const watch = setInterval(() => (command = peakMiB(child.pid ?? 0) ?? command), 20);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const commandSeconds = secondsSince(started);
  const { created } = JSON.parse(said) as Batch;
  if (created !== links) throw new Error(`The command made ${created} links of ${links}`);
  return { commandSeconds, command };
}

async function eventually(bench: Bench, batchId: string, isThere: (batch: Batch) => boolean): Promise<Batch> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const batch = await call<Batch>(bench, "GET", `${BATCHES}/${batchId}`);
    if (isThere(batch)) return batch;
    if (performance.now() > deadline) throw new Error(`Batch ${batchId} took more than ${PATIENCE_MS / 1000} s`);
    await delay(LOOK_EVERY_MS);
  }
}

async function call<Answer>(bench: Bench, method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> {
  return (await (await request(bench, method, path, body)).json()) as Answer;
}

async function request({ server, environment }: Bench, method: "GET" | "POST", path: string, body?: unknown) {
  const answer = await fetch(`${server.baseUrl}${path}`, {
    method,
    headers: {
      "api-key": environment.api_key,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

// Linux keeps the most that a process ever held (VmHWM) and begins anew when 5 is written to clear_refs: proc_pid_status(5).
function peakMiB(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Without it the figures are those since the start, which can only be higher.
  }
}
