import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { freePort, runCommand } from "../tools/harness/server-process.ts";
import { type ChaosDatabase, startChaosDatabase } from "./database.ts";
import { type Gate, openGate } from "./gate.ts";
import { type KeyRing, openKeyRing } from "./keys.ts";
import { makePlace, type Place } from "./place.ts";
import { type Duty, type Service, startService, untilReady } from "./processes.ts";
import { type ChaosReceiver, startChaosReceiver } from "./receivers.ts";

/** `apart`: an `api` and two `worker`; `whole`: one `serve`, which is both. */
export type Shape = "apart" | "whole";

/** One environment of a lender, and that lender's receiver. */
export interface Lender {
  readonly environmentId: string;
  readonly keys: KeyRing;
  readonly integrationId: string;
  readonly receiver: ChaosReceiver;
}

/** A process of the server and its own way to PostgreSQL. */
export interface Member {
  readonly service: Service;
  readonly gate: Gate;
  /** Sets its clock ahead (or back) by so many milliseconds, while it runs. */
  setClock(aheadMs: number): void;
}

export interface World {
  readonly baseUrl: string;
  readonly place: Place;
  readonly database: ChaosDatabase;
  readonly api: Member;
  readonly workers: readonly Member[];
  readonly lenders: readonly Lender[];
  /** What ended without having been killed. */
  readonly surprises: readonly string[];
  close(): Promise<void>;
}

const COMPANIES = 2;
const DEPLOYMENTS_EACH = 2;
const WORKERS = 2;
const CLOCK = pathToFileURL(join(import.meta.dirname, "clock.mjs")).href;

/** The things of a world in the order they were made, so that a start that fails half-way leaves nothing behind. */
type Closers = (() => Promise<void> | void)[];

/** PostgreSQL, the processes, four lenders with receivers. Everything is on loopback and in one folder. */
export async function openWorld(shape: Shape): Promise<World> {
  const closers: Closers = [];
  try {
    return await build(shape, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function build(shape: Shape, closers: Closers): Promise<World> {
  const place = makePlace();
  closers.push(() => place.remove());
  const database = await startChaosDatabase(place.dataDir);
  closers.push(() => database.stop());
  const port = await freePort();
  const surprises: string[] = [];
  const common = settings(place, port);
  const startMember = async (duty: Duty, name: string): Promise<Member> => {
    const member = await openMember({ duty, name, place, database, common, surprises });
    closers.push(async () => {
      await member.gate.set("open");
      await member.service.stop();
      await member.gate.close();
    });
    return member;
  };
  const duty = shape === "whole" ? "serve" : "api";
  const api = await startMember(duty, duty);
  const baseUrl = `http://127.0.0.1:${port}`;
  await untilReady(baseUrl);
  const workers: Member[] = shape === "whole" ? [api] : [];
  while (shape === "apart" && workers.length < WORKERS)
    workers.push(await startMember("worker", `worker-${workers.length + 1}`));
  // Straight to its socket: what strikes a process's way to PostgreSQL does not strike the operator.
  const socket = encodeURIComponent(dirname(database.socketPath));
  const cliSettings = { ...common, DATABASE_URL: `postgresql://tallystick@localhost:5432/tallystick?host=${socket}` };
  const lenders = await makeLenders(database, (parameters) => runCommand(parameters, cliSettings), closers);
  return { baseUrl, place, database, api, workers, lenders, surprises, close: () => closeAll(closers) };
}

async function closeAll(closers: Closers): Promise<void> {
  const problems: unknown[] = [];
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      problems.push(error); // the others still have to be closed
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, "The world could not be taken down whole");
}

function settings(place: Place, port: number): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    TALLYSTICK_DATA: place.dataDir,
    TALLYSTICK_SECRET: `1:${randomBytes(32).toString("base64")}`,
    SESSION_RATE: "1000000/1000000",
    LOG_LEVEL: "warn",
  };
}

interface MemberOptions {
  readonly duty: Duty;
  readonly name: string;
  readonly place: Place;
  readonly database: ChaosDatabase;
  readonly common: Readonly<Record<string, string>>;
  readonly surprises: string[];
}

async function openMember({ duty, name, place, database, common, surprises }: MemberOptions): Promise<Member> {
  const gate = await openGate({ path: database.socketPath });
  const clockFile = join(place.folder, `${name}.clock`);
  writeFileSync(clockFile, "0");
  const service = startService({
    name,
    duty,
    environment: {
      ...common,
      DATABASE_URL: addressOf(gate),
      NODE_OPTIONS: `--import ${CLOCK}`,
      CHAOS_CLOCK_FILE: clockFile,
    },
    logFile: join(place.folder, `${name}.log`),
    onSurprise: (sentence) => surprises.push(sentence),
  });
  return { service, gate, setClock: (aheadMs) => writeFileSync(clockFile, String(aheadMs)) };
}

function addressOf(gate: Gate): string {
  return `postgresql://tallystick@127.0.0.1:${gate.port}/tallystick`;
}

interface CreatedDeployment {
  readonly deployment_id: string;
  readonly test: { readonly integration_id: string; readonly api_key: string; readonly webhook_secret: string };
}

async function makeLenders(
  database: ChaosDatabase,
  cli: (parameters: readonly string[]) => Promise<unknown>,
  closers: Closers,
): Promise<Lender[]> {
  const lenders: Lender[] = [];
  for (let company = 0; company < COMPANIES; company += 1) {
    const { company_id } = (await cli(["company", "create", "--name", `Chaos ${company}`])) as { company_id: string };
    for (let deployment = 0; deployment < DEPLOYMENTS_EACH; deployment += 1) {
      const owner = ["--company", company_id];
      const made = (await cli([
        "deployment",
        "create",
        "--name",
        `Loans ${deployment}`,
        ...owner,
      ])) as CreatedDeployment;
      let environmentId = "";
      const receiver = await startChaosReceiver(() => environmentId);
      closers.push(() => receiver.close());
      const target = [made.deployment_id, "--env", "test", ...owner];
      await cli(["deployment", "set", ...target, "--webhook-url", receiver.url, "--battery", "preview-1"]);
      const sql = "SELECT environment_id FROM environments WHERE integration_id = $1";
      const rows = await database.query<{ environment_id: string }>(sql, [made.test.integration_id]);
      environmentId = rows[0]?.environment_id ?? "";
      const keys = openKeyRing({ database, cli, target, environmentId, first: made.test });
      lenders.push({ environmentId, keys, integrationId: made.test.integration_id, receiver });
    }
  }
  return lenders;
}
