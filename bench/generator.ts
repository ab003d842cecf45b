import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

/**
 * The load generator, a process of its own so that it never shares a thread with what it measures. Reads a job from the
 * file it is given, prints one JSON line.
 */
export interface Job {
  readonly url: string;
  readonly connections: number;
  readonly durationSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `sessions`: each request a new uid. `batches`: each connection appends to a journey of its own. */
  readonly kind: "sessions" | "batches";
  readonly integrationId: string;
  readonly lanes?: readonly Lane[];
}

export interface Lane {
  readonly path: string;
  readonly cookie: string;
  readonly run: number;
  readonly epoch: number;
  readonly inputs: readonly unknown[];
}

export interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

const job = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Job;
const prefix = randomBytes(4).toString("hex");
let uids = 0;
let lanes = 0;

function sessionRequest(): autocannon.Request {
  return {
    method: "POST",
    headers: { ...job.headers, "content-type": "application/json" },
    setupRequest(request) {
      uids += 1;
      const body = JSON.stringify({ uid: `BENCH-${prefix}-${uids}x`, integration_id: job.integrationId });
      return { ...request, body };
    },
  };
}

/** Sequence numbers rise within one connection, whose requests wait for each other. */
function appendRequest(lane: Lane): autocannon.Request {
  let seq = 0;
  return {
    method: "POST",
    path: lane.path,
    headers: { "content-type": "application/json", cookie: lane.cookie },
    setupRequest(request) {
      const { run, epoch, inputs } = lane;
      const body = JSON.stringify({ run, epoch, task_index: 0, attempt: 1, seq, inputs });
      seq += 1;
      return { ...request, body };
    },
  };
}

const result = await autocannon({
  url: job.url,
  connections: job.connections,
  duration: job.durationSeconds,
  setupClient(client) {
    if (job.kind === "sessions") return client.setRequests([sessionRequest()]);
    const lane = job.lanes?.[lanes];
    lanes += 1;
    if (lane === undefined) throw new Error("fewer journeys than connections");
    client.setRequests([appendRequest(lane)]);
  },
});
const measured: Measured = {
  requestsPerSecond: Math.round(result.requests.average),
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  failed: result.non2xx + result.errors + result.timeouts,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
