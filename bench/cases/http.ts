import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { batchesOf, currentGrant, followLink, inputsFor, openAndConsent } from "../../tools/harness/applicant.ts";
import { freePort } from "../../tools/harness/server-process.ts";
import { createClient } from "@tallystick/client";
import type { Job, Lane, Measured } from "../generator.ts";
import { load, median } from "../load.ts";
import type { Bench } from "../world.ts";

export const CONNECTIONS = 32;

export interface HttpCase {
  readonly name: string;
  /** Requests per second of each round. */
  readonly rounds: readonly number[];
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly durationSeconds: number;
}

const WARM_UP: RoundOptions = { rounds: 1, durationSeconds: 4 };

/** Baseline, sessions and batches in turn, so that a noisy minute meets all of them. */
export async function measureHttp(bench: Bench, options: RoundOptions): Promise<readonly HttpCase[]> {
  const baseline = await startBaseline(bench);
  const measured: Record<string, Measured[]> = { baseline: [], "create-session": [], "append-batch": [] };
  const tokens = `${bench.server.baseUrl}/v1/sessions-management/tokens`;
  try {
    // Compilers and connection pools warm up first, on both sides alike.
    for (const url of [`${baseline.baseUrl}/baseline`, tokens]) await load(sessionJob(bench, url, WARM_UP));
    for (let round = 0; round < options.rounds; round += 1) {
      measured["baseline"]?.push(await load(sessionJob(bench, `${baseline.baseUrl}/baseline`, options)));
      measured["create-session"]?.push(await load(sessionJob(bench, tokens, options)));
      measured["append-batch"]?.push(await load(await batchJob(bench, options)));
    }
  } finally {
    baseline.stop();
  }
  return Object.entries(measured).map(([name, rounds]) => ({
    name,
    rounds: rounds.map((round) => round.requestsPerSecond),
    requestsPerSecond: median(rounds.map((round) => round.requestsPerSecond)),
    p50Ms: median(rounds.map((round) => round.p50Ms)),
    p99Ms: median(rounds.map((round) => round.p99Ms)),
  }));
}

function sessionJob({ environment }: Bench, url: string, { durationSeconds }: RoundOptions): Job {
  const { api_key, integration_id } = environment;
  const common = {
    connections: CONNECTIONS,
    durationSeconds,
    kind: "sessions",
    integrationId: integration_id,
  } as const;
  return { ...common, url, headers: { "api-key": api_key } };
}

/** A journey in progress for each connection; every request appends the same 20 real inputs under the next number. */
async function batchJob(bench: Bench, { durationSeconds }: RoundOptions): Promise<Job> {
  const lanes: Lane[] = [];
  while (lanes.length < CONNECTIONS) lanes.push(await openLane(bench, lanes.length));
  const integrationId = bench.environment.integration_id;
  return {
    url: bench.server.baseUrl,
    connections: CONNECTIONS,
    durationSeconds,
    headers: {},
    kind: "batches",
    integrationId,
    lanes,
  };
}

let lanesOpened = 0;

async function openLane(bench: Bench, index: number): Promise<Lane> {
  lanesOpened += 1;
  const uid = `LANE-${lanesOpened}-${index}x`;
  const client = createClient({ baseUrl: bench.server.baseUrl, apiKey: bench.environment.api_key });
  const { link } = await client.createSession({ uid, integration_id: bench.environment.integration_id });
  const tab = await followLink(link);
  const journey = await openAndConsent(tab);
  const grant = currentGrant(journey);
  const [batch] = batchesOf(journey, grant, inputsFor(grant, { person: uid }));
  const { run, epoch } = journey;
  return { path: `/play/${tab.sessionId}/batches`, cookie: tab.cookie, run, epoch, inputs: batch?.inputs ?? [] };
}

interface Baseline {
  readonly baseUrl: string;
  stop(): void;
}

async function startBaseline({ server }: Bench): Promise<Baseline> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "../baseline.ts")], {
    env: { ...process.env, TALLYSTICK_DATA: server.dataDir, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await ready(child);
  return { baseUrl: `http://127.0.0.1:${port}`, stop: () => child.kill("SIGTERM") };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`The baseline ended with ${code}`)));
  });
}
