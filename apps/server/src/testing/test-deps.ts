import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import type { Config } from "../config.ts";
import { openDatabase, type ConnectionOptions } from "../infra/database.ts";
import type { Deps } from "../infra/deps.ts";
import { createIds } from "../infra/ids.ts";
import { loadSecrets } from "../infra/load-secrets.ts";
import { createLogger } from "../infra/logger.ts";
import { createMetrics } from "../infra/metrics.ts";
import { createSignals } from "../infra/signals.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

export interface TestDepsOptions {
  readonly config?: Partial<Config>;
  /** Default 8; give 1 to show that a path never needs a second connection. */
  readonly poolSize?: number;
  /** Replaces single members, e.g. a logger that collects. */
  readonly deps?: Partial<Omit<Deps, "config" | "db" | "eraser" | "secrets">>;
}

export interface TestDeps {
  readonly deps: Deps;
  /** For a second pool, or for a look as the owner. */
  readonly connection: ConnectionOptions;
  /** What was sent by mail. */
  readonly mailbox: Mailbox;
  close(): Promise<void>;
}

export const TEST_CONFIG: Config = {
  port: 0,
  host: "127.0.0.1",
  publicUrl: "http://127.0.0.1:8080",
  beaconUrl: "http://127.0.0.1:8080",
  databaseUrl: null,
  dataDir: "",
  secretRing: `1:${Buffer.alloc(32, 7).toString("base64")}`,
  egressAllow: [],
  allowLoopbackWebhooks: true,
  trustProxyHops: 0,
  sessionRate: { perSecond: 50, burst: 200 },
  webhookRate: 500,
  metricsToken: null,
  smtpUrl: null,
  mailFrom: "Tallystick <tallystick@127.0.0.1>",
  oidc: null,
  logLevel: "silent",
};

/** A fresh database with every migration, and all a service needs on top of it. Close it in afterAll. */
export async function testDeps(options: TestDepsOptions = {}): Promise<TestDeps> {
  const config = { ...TEST_CONFIG, ...options.config };
  const { connection, drop } = await cloneDatabase();
  const db = openDatabase({ connection, role: "tallystick_app", poolSize: options.poolSize ?? 8 });
  const eraser = openDatabase({ connection, role: "tallystick_eraser", poolSize: 2 });
  const mailbox = createMailbox();
  const deps: Deps = {
    config,
    db,
    eraser,
    secrets: await loadSecrets(db, config),
    ids: createIds(),
    log: createLogger(config),
    mail: mailbox,
    metrics: createMetrics(),
    signals: createSignals(),
    ...options.deps,
  };
  return {
    deps,
    connection,
    mailbox,
    close: async () => {
      await mailbox.settle();
      await Promise.all([db.close(), eraser.close()]);
      await drop();
    },
  };
}

/** A migrated database of its own, owned by the login `tallystick`. */
export async function cloneDatabase(): Promise<{ connection: ConnectionOptions; drop: () => Promise<void> }> {
  const database = `test_${randomBytes(6).toString("hex")}`;
  await asOwner(`CREATE DATABASE ${database} TEMPLATE tallystick OWNER tallystick`);
  return {
    connection: { host: inject("storeSocketFolder"), port: 5432, user: "tallystick", database, ssl: false },
    drop: () => asOwner(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

/** A database of its own without any table, owned by the login `tallystick`. */
export async function emptyDatabase(): Promise<{ connection: ConnectionOptions; drop: () => Promise<void> }> {
  const database = `empty_${randomBytes(6).toString("hex")}`;
  await asOwner(`CREATE DATABASE ${database} TEMPLATE template0 OWNER tallystick`);
  return {
    connection: { host: inject("storeSocketFolder"), port: 5432, user: "tallystick", database, ssl: false },
    drop: () => asOwner(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

async function asOwner(sql: string): Promise<void> {
  const client = new pg.Client({
    host: inject("storeSocketFolder"),
    port: 5432,
    user: "postgres",
    database: "postgres",
    ssl: false,
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
