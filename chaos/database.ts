import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type Database, openDatabase } from "../apps/server/src/infra/database.ts";
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
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** A transaction that stays open until `release`: locks hold that long. */
  hold(sql: string): Promise<Held>;
  /** SIGKILL of PostgreSQL's first process, once it serves. */
  killPostmaster(): Promise<void>;
  stop(): Promise<void>;
}

interface Held {
  release(): Promise<void>;
}

export async function startChaosDatabase(dataDir: string): Promise<ChaosDatabase> {
  const log = createLogger({ logLevel: "silent" });
  const embedded = await startEmbedded({ dataDir, log, settings: SETTINGS });
  const { host = "", port = 5432 } = embedded.connection;
  return {
    socketPath: join(host, `.s.PGSQL.${port}`),
    query: (sql, values = []) => persistently(() => queryOnce(host, sql, values)),
    hold: (sql) => persistently(() => holdOnce(host, sql)),
    async killPostmaster() {
      await persistently(() => queryOnce(host, "SELECT 1", []));
      const text = await readFile(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8");
      process.kill(Number(text.split("\n")[0]), "SIGKILL");
    },
    stop: () => embedded.stop(),
  };
}

/** A session as administrator, past the server's role. It connects with its first statement. */
function openSession(host: string): Database {
  const connection = { host, port: 5432, user: "postgres", database: "tallystick", ssl: false };
  return openDatabase({ connection, role: null, poolSize: 1, applicationName: "chaos" });
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}

async function queryOnce<Row>(host: string, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const session = openSession(host);
  try {
    return await session.query<Row>(sql, values);
  } finally {
    await session.close();
  }
}

async function holdOnce(host: string, sql: string): Promise<Held> {
  const session = openSession(host);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let ended: Promise<void> = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      ended = session.transaction(async (tx) => {
        await tx.query(sql);
        resolve();
        await released;
      });
      ended.catch(reject); // before it holds; later it only means that PostgreSQL has let go by itself
    });
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    async release() {
      release();
      await ended.catch(() => undefined);
      await session.close();
    },
  };
}
