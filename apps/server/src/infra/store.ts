import { setTimeout as wait } from "node:timers/promises";

import pg from "pg";

import type { Config } from "../config.ts";
import { isTransient } from "./database-failure.ts";
import type { ConnectionOptions } from "./database.ts";
import { startEmbedded } from "./embedded/embedded.ts";
import type { Logger } from "./logger.ts";
import { StartRefused } from "./start-refused.ts";

export interface Store {
  readonly connection: ConnectionOptions;
  /** Stops what was started for it; an external server is left alone. */
  stop(): Promise<void>;
}

export interface StoreOptions {
  readonly log: Logger;
  readonly onProgress?: (text: string) => void;
  /** A command may use the embedded database of a running server; a server wants it for itself. */
  readonly shared?: boolean;
  readonly signal?: AbortSignal;
  readonly onLost?: (error: Error) => void;
}

const OLDEST_VERSION = 150_000;
const PATIENCE_MS = 30_000;

/** The embedded PostgreSQL, or the external one that DATABASE_URL names. Throws StartRefused in words. */
export async function connectStore(
  config: Pick<Config, "databaseUrl" | "dataDir">,
  options: StoreOptions,
): Promise<Store> {
  if (config.databaseUrl === null) return startEmbedded({ ...options, dataDir: config.dataDir });
  const connection = { connectionString: config.databaseUrl };
  await checkExternal(connection, options);
  return { connection, stop: () => Promise.resolve() };
}

/** Both may start together, as under compose: the database gets half a minute. */
async function checkExternal(connection: ConnectionOptions, options: StoreOptions): Promise<void> {
  options.onProgress?.("Connecting to the database of DATABASE_URL");
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await checkVersion(connection);
    } catch (error) {
      if (error instanceof StartRefused) throw error;
      if (!isTransient(error)) throw refusedConnection(error);
      if (options.signal?.aborted === true) throw new StartRefused("Stopped while waiting for the database.");
      if (performance.now() > deadline) {
        throw new StartRefused(
          "The database of DATABASE_URL does not answer. Check its address, that it runs, and that it may be reached from here.",
          { cause: error },
        );
      }
      await wait(500);
    }
  }
}

async function checkVersion(connection: ConnectionOptions): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // the failed query says it too
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; text: string }>(
      "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text",
    );
    if (rows[0] !== undefined && rows[0].version < OLDEST_VERSION) {
      throw new StartRefused(`The database runs PostgreSQL ${rows[0].text}; Tallystick needs 15 or newer.`);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  "28P01": "The password in DATABASE_URL is wrong.",
  "28000": "The database does not let this login in (see its pg_hba.conf).",
  "3D000": "The database that DATABASE_URL names does not exist. Create it, owned by the login.",
};

function refusedConnection(error: unknown): StartRefused {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = REFUSALS[code] ?? `The database of DATABASE_URL can not be used${code === "" ? "" : ` (${code})`}.`;
  return new StartRefused(text, { cause: error });
}
