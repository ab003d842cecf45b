import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { ConnectionOptions } from "../database.ts";
import type { Logger } from "../logger.ts";
import { prepareEngine } from "./binaries.ts";
import { connectAsOwner, ensureDatabase, holder, takeLock } from "./guard.ts";
import { checkMajor, prepareHome, prepareSocketFolder } from "./home.ts";
import { chooseOsUser } from "./os-user.ts";
import { findPostmaster, hasForeignPid, stopPostmaster } from "./postmaster.ts";
import { createCluster, exitOf, logTail, spawnPostgres, type Cluster } from "./process.ts";
import { StartRefused } from "../start-refused.ts";
import { explainOutput } from "./refused.ts";

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Logger;
  /** A sentence for a person who waits. */
  readonly onProgress?: (text: string) => void;
  /** A command may use the database of a running server; a server wants the data folder for itself. */
  readonly shared?: boolean;
  /** The database is lost for good, e.g. because another instance has taken the data folder. */
  readonly onLost?: (error: Error) => void;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Embedded {
  readonly connection: ConnectionOptions;
  /** Nothing of it runs any more when this resolves. */
  stop(): Promise<void>;
}

const START_PATIENCE_MS = 60_000;
const BUSY_PATIENCE_MS = 5_000;

export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const user = await chooseOsUser(options.log);
  const home = await prepareHome(resolve(options.dataDir), user);
  const engine = await prepareEngine(home.folder, user);
  const isNew = (await checkMajor(home, engine.major)) === "new";
  const socket = await prepareSocketFolder(home, user);
  const cluster: Cluster = { engine, home, socket, user, settings: options.settings ?? {} };
  if (isNew) {
    options.onProgress?.("Making a new database");
    await createCluster(cluster);
  }
  options.onProgress?.("Starting the database");
  return new Supervisor(cluster, options).start();
}

function connectionIn(socketFolder: string): ConnectionOptions {
  return { host: socketFolder, port: 5432, user: "tallystick", database: "tallystick", ssl: false };
}

interface Running {
  readonly child: ChildProcess;
  /** Holds the lock that says who looks after this data folder; the operating system ends it with the process. */
  readonly lock: pg.Client;
}

/** Keeps one PostgreSQL running: starts it, starts it again when it dies, stops it. */
class Supervisor {
  readonly #cluster: Cluster;
  readonly #options: EmbeddedOptions;
  #running: Running | null = null;
  #stopping = false;

  constructor(cluster: Cluster, options: EmbeddedOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  async start(): Promise<Embedded> {
    const outcome = await this.#bringUp();
    if (outcome !== null) return { connection: connectionIn(outcome.socketFolder), stop: () => Promise.resolve() };
    return { connection: connectionIn(this.#cluster.socket.folder), stop: () => this.#stop() };
  }

  /** Resolves to null when our own PostgreSQL runs, or to the place of another instance's. */
  async #bringUp(): Promise<{ readonly socketFolder: string } | null> {
    const begun = performance.now();
    for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2_000)) {
      const found = await findPostmaster(this.#cluster.home.data);
      const outcome = found === null ? await this.#launch() : await this.#meet(found.pid, found.socketFolder);
      if (outcome === "running") return null;
      const spentMs = performance.now() - begun;
      if (typeof outcome === "object") {
        if (this.#options.shared === true) return outcome;
        if (spentMs > BUSY_PATIENCE_MS) throw busy(this.#options.dataDir, outcome.holder);
      } else if (spentMs > START_PATIENCE_MS) {
        throw await this.#explainFailure();
      }
      await wait(delayMs);
    }
  }

  /** A postmaster is there already: somebody's, or left over from a process that was killed. */
  async #meet(pid: number, socketFolder: string): Promise<"again" | { socketFolder: string; holder: string }> {
    const client = await connectAsOwner(socketFolder).catch(() => null);
    if (client === null) return "again"; // starting up or shutting down
    try {
      if (!(await takeLock(client))) return { socketFolder, holder: await holder(client) };
      this.#options.log.warn({ pid }, "Stopping a database that a killed process left behind");
    } finally {
      await client.end().catch(() => undefined);
    }
    await stopPostmaster(pid);
    return "again";
  }

  async #launch(): Promise<"running" | "again"> {
    const { home, socket } = this.#cluster;
    if (await hasForeignPid(home.data)) await rm(join(home.data, "postmaster.pid"), { force: true });
    const child = spawnPostgres(this.#cluster);
    const exit = exitOf(child);
    let ended = false;
    void exit.catch(() => undefined).finally(() => (ended = true));
    const deadline = performance.now() + START_PATIENCE_MS;
    while (!ended && performance.now() < deadline) {
      const client = await connectAsOwner(socket.folder).catch(() => null);
      if (client !== null) return this.#attach(child, client);
      await wait(25);
    }
    // A lock that a dying predecessor still holds ends it within milliseconds: the caller tries again a little later.
    if (!ended && child.pid !== undefined) await stopPostmaster(child.pid);
    await exit;
    return "again";
  }

  async #attach(child: ChildProcess, lock: pg.Client): Promise<"running" | "again"> {
    if (!(await takeLock(lock))) {
      await lock.end().catch(() => undefined);
      return "again";
    }
    await ensureDatabase(lock);
    this.#running = { child, lock };
    child.once("exit", () => void this.#revive());
    if (child.exitCode !== null || child.signalCode !== null) void this.#revive();
    return "running";
  }

  async #revive(): Promise<void> {
    if (this.#stopping || this.#running === null) return;
    this.#running = null;
    this.#options.log.error("The database has ended unexpectedly and is started again");
    while (!this.#stopping && this.#running === null) {
      try {
        const other = await this.#bringUp();
        if (other !== null) throw busy(this.#options.dataDir, "");
      } catch (error) {
        if (error instanceof StartRefused && this.#options.onLost !== undefined) return this.#options.onLost(error);
        this.#options.log.error({ err: error }, "The database could not be started again yet");
        await wait(2_000);
      }
    }
    this.#options.log.info("The database is back");
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#running;
    this.#running = null;
    if (running !== null) {
      await running.lock.end().catch(() => undefined);
      if (running.child.pid !== undefined) await stopPostmaster(running.child.pid);
    }
    const { socket } = this.#cluster;
    if (socket.temporary) await rm(socket.folder, { recursive: true, force: true });
  }

  async #explainFailure(): Promise<Error> {
    const { home } = this.#cluster;
    const tail = await logTail(home);
    return (
      explainOutput(tail, home.folder) ??
      new StartRefused(`The embedded database does not start. Its log, ${home.log}, ends with:\n${tail}`)
    );
  }
}

function busy(dataDir: string, by: string): StartRefused {
  return new StartRefused(
    `Another Tallystick${by === "" ? "" : ` (${by})`} already uses the data folder ${resolve(dataDir)}. ` +
      "Stop it first, or name another folder with TALLYSTICK_DATA.",
  );
}
