import type { Config } from "../config.ts";
import { openDatabase, type ConnectionOptions } from "../infra/database.ts";
import type { Deps } from "../infra/deps.ts";
import { createIds } from "../infra/ids.ts";
import { loadSecrets, requireKeyRing } from "../infra/load-secrets.ts";
import type { Logger } from "../infra/logger.ts";
import { createMailer } from "../infra/mail.ts";
import { createMetrics } from "../infra/metrics.ts";
import { migrate } from "../infra/migrate.ts";
import { createSignals } from "../infra/signals.ts";
import { connectStore } from "../infra/store.ts";

export interface BuildOptions {
  readonly log: Logger;
  /** Connections to the database. */
  readonly poolSize: number;
  /** A command works beside a running server; a server wants its data folder for itself. */
  readonly shared?: boolean;
  readonly processMetrics?: boolean;
  /** Ends the waiting for an external database that does not answer. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** The database is lost for good. */
  readonly onLost?: (error: Error) => void;
}

export interface Built {
  readonly deps: Deps;
  /** Closes the pool and stops an embedded database that was started here. */
  close(): Promise<void>;
}

const ERASER_POOL_SIZE = 2;

/** Store, migrations, keys, then the context every service gets. Leaves nothing running when a step fails. */
export async function buildDeps(config: Config, options: BuildOptions): Promise<Built> {
  requireKeyRing(config);
  const store = await connectStore(config, options);
  try {
    const built = await buildOn(store.connection, config, options);
    return {
      deps: built.deps,
      close: async () => {
        await built.close();
        await store.stop();
      },
    };
  } catch (error) {
    await store.stop();
    throw error;
  }
}

/** The database as it is: not migrated, perhaps without a table. For commands that keep, check or bring back a whole one. */
export interface OpenStore {
  readonly connection: ConnectionOptions;
  /** Migrates, then builds the context; call it at most once. */
  buildDeps(): Promise<Deps>;
  close(): Promise<void>;
}

export async function openStore(config: Config, options: BuildOptions): Promise<OpenStore> {
  requireKeyRing(config);
  const store = await connectStore(config, options);
  let built: Built | null = null;
  return {
    connection: store.connection,
    buildDeps: async () => {
      built = await buildOn(store.connection, config, options);
      return built.deps;
    },
    close: async () => {
      await built?.close();
      await store.stop();
    },
  };
}

async function buildOn(connection: ConnectionOptions, config: Config, options: BuildOptions): Promise<Built> {
  const { log } = options;
  const { applied } = await migrate(connection, log);
  if (applied.length > 0) options.onProgress?.("Database brought to the newest schema");
  const onProblem = (error: Error): void => log.warn({ err: error }, "A database connection was lost");
  const db = openDatabase({ connection, role: "tallystick_app", poolSize: options.poolSize, onProblem });
  // Connects when something is to be erased, and lets go after a minute without use.
  const eraser = openDatabase({ connection, role: "tallystick_eraser", poolSize: ERASER_POOL_SIZE, onProblem });
  const secrets = await loadSecrets(db, config).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const mail = createMailer(config, log);
  return {
    deps: {
      config,
      db,
      eraser,
      secrets,
      ids: createIds(),
      log,
      mail,
      metrics: createMetrics({ processMetrics: options.processMetrics === true }),
      signals: createSignals(),
    },
    close: async () => {
      await mail.close();
      await Promise.all([db.close(), eraser.close()]);
    },
  };
}
