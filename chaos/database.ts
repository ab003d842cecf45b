import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import pg from "pg";

import { startEmbedded } from "../apps/server/src/infra/embedded/embedded.ts";
import { createLogger } from "../apps/server/src/infra/logger.ts";

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;
// A data folder that fits on a small disk, which one of the faults needs, and room for sessions whose client has vanished:
// PostgreSQL keeps those for hours.
const SETTINGS = { max_wal_size: "128MB", max_connections: "300" };

/** The embedded PostgreSQL under the server's own supervision, which runs in this process. */
export interface ChaosDatabase {
  /** Its socket, for a gate. */
  readonly socketPath: string;
  /** As administrator, on a connection of its own; tried again for a minute while PostgreSQL is away. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A transaction that stays open until `release`: locks hold that long. */
  hold(sql: string): Promise<{ release(): Promise<void> }>;
  /** SIGKILL of PostgreSQL's first process, once it serves. */
  killPostmaster(): Promise<void>;
  stop(): Promise<void>;
}

export async function startChaosDatabase(dataDir: string): Promise<ChaosDatabase> {
  const log = createLogger({ logLevel: "silent" });
  const embedded = await startEmbedded({ dataDir, log, settings: SETTINGS });
  const { host = "", port = 5432 } = embedded.connection;
  return {
    socketPath: join(host, `.s.PGSQL.${port}`),
    query: (sql, values = []) => persistently(host, sql, values),
    async hold(sql) {
      const client = await connectPatiently(host);
      await client.query("BEGIN");
      await client.query(sql);
      return { release: () => client.end().catch(() => undefined) };
    },
    async killPostmaster() {
      await persistently(host, "SELECT 1", []);
      const text = await readFile(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8");
      process.kill(Number(text.split("\n")[0]), "SIGKILL");
    },
    stop: () => embedded.stop(),
  };
}

async function connectAs(host: string): Promise<pg.Client> {
  const options = { host, port: 5432, user: "postgres", database: "tallystick", ssl: false };
  const client = new pg.Client({ ...options, application_name: "chaos", query_timeout: 30_000 });
  client.on("error", () => undefined); // the failed query says it too
  await client.connect();
  return client;
}

async function persistently<Row>(host: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const client = await connectPatiently(host);
    try {
      return (await client.query(sql, [...values])).rows as Row[];
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await delay(PAUSE_MS);
  }
}

async function connectPatiently(host: string): Promise<pg.Client> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await connectAs(host);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}
