import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type pg from "pg";

import type { Logger } from "../logger.ts";
import { StartRefused } from "../start-refused.ts";
import { SOCKET_NAME } from "./home.ts";
import { connectAsOwner, ensureDatabase, holder, releaseWhenAlone, takeLock } from "./guard.ts";
import { findPostmaster, namesForeignProcess, stopPostmaster } from "./postmaster.ts";
import { exitOf, logSince, logSize, spawnPostgres, type Cluster } from "./process.ts";
import { explainOutput } from "./refused.ts";

/** Another living process looks after this data folder. */
export class DataFolderBusy extends StartRefused {}

export interface SupervisorOptions {
  readonly log: Logger;
  /** Content with the database of another instance, which it then leaves alone. */
  readonly shared: boolean;
  /** Another instance has taken the data folder while our database was down. */
  readonly onLost: (error: Error) => void;
}

interface Running {
  readonly child: ChildProcess;
  /** Holds the lock that says who looks after this data folder; the operating system ends it with the process. */
  lock: pg.Client;
}

/** Another instance's database: its socket's folder, and who holds the lock. */
interface Foreign {
  readonly socketFolder: string;
  readonly holder: string;
}

type Attempt = "running" | "again" | Foreign;

const START_PATIENCE_MS = 60_000;
// A command is soon through; a server that was just killed loses its lock within milliseconds.
const COMMAND_PATIENCE_MS = 10_000;
const SERVER_PATIENCE_MS = 500;
const LONGEST_DELAY_MS = 2_000;

/** A predecessor that is still dying, or another instance that was faster: to be tried again a little later. */
const HELD_LOCK = /lock file ".*" already exists|shared memory block .* is still in use/;

/** Keeps one PostgreSQL running: starts it, starts it again when it dies, stops it. */
export class Supervisor {
  readonly #cluster: Cluster;
  readonly #options: SupervisorOptions;
  #running: Running | null = null;
  /** While we use another instance's database: tells it that somebody is there. */
  #guest: pg.Client | null = null;
  #reviving: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(cluster: Cluster, options: SupervisorOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Resolves to the folder of the socket, ours or (when shared) another instance's. Throws StartRefused in words. */
  async start(): Promise<string> {
    return (await this.#bringUp())?.socketFolder ?? this.#cluster.socket.folder;
  }

  /** Resolves when nothing of ours runs any more. A database of another instance stays. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#reviving;
    const running = this.#running;
    this.#running = null;
    await this.#guest?.end().catch(() => undefined);
    if (running !== null) {
      const isOurs = !this.#options.shared || (await releaseWhenAlone(running.lock));
      await running.lock.end().catch(() => undefined);
      const { child } = running;
      const isAlive = child.exitCode === null && child.signalCode === null;
      if (!isOurs && isAlive) await Promise.race([exitOf(child), wait(COMMAND_PATIENCE_MS)]);
      if (child.pid !== undefined) await stopPostmaster(child.pid);
    }
    const { socket } = this.#cluster;
    if (socket.temporary) await rm(socket.folder, { recursive: true, force: true });
  }

  async #bringUp(): Promise<Foreign | null> {
    const begun = performance.now();
    for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      const found = await findPostmaster(this.#cluster.home.data);
      const outcome = found === null ? await this.#launch() : await this.#meet(found.pid, found.socketFolder);
      if (outcome === "running") return null;
      if (this.#stopping) throw new StartRefused("Stopped while the database was starting.");
      const spentMs = performance.now() - begun;
      if (typeof outcome === "object") {
        if (this.#options.shared) return outcome;
        if (spentMs > patienceWith(outcome)) throw busy(this.#cluster, outcome);
      } else if (spentMs > START_PATIENCE_MS) {
        throw doesNotStart(this.#cluster.home.log, "");
      }
      await wait(delayMs);
    }
  }

  /** A postmaster is there already: somebody's, or left over from a process that was killed. */
  async #meet(pid: number, socketFolder: string): Promise<"again" | Foreign> {
    const client = await connectAsOwner(socketFolder, this.#options.shared).catch(() => null);
    if (client === null) return "again"; // starting up or shutting down
    try {
      if (!(await takeLock(client))) {
        const foreign = { socketFolder, holder: await holder(client) };
        if (this.#options.shared) this.#guest = client;
        else await client.end();
        return foreign;
      }
      this.#options.log.warn({ pid }, "Stopping a database that a killed process left behind");
      const isAlone = await releaseWhenAlone(client);
      await client.end();
      if (!isAlone) return "again";
    } catch {
      await client.end().catch(() => undefined); // it is shutting down
      return "again";
    }
    // Stopped rather than adopted: a child of our own tells us when it dies, and runs with this release's settings.
    await stopPostmaster(pid);
    return "again";
  }

  async #launch(): Promise<Attempt> {
    const { home, socket } = this.#cluster;
    for (const lock of [join(home.data, "postmaster.pid"), join(socket.folder, `${SOCKET_NAME}.lock`)]) {
      if (await namesForeignProcess(lock)) await rm(lock, { force: true });
    }
    const sizeBefore = logSize(home);
    const child = spawnPostgres(this.#cluster);
    let ended = false;
    const exit = exitOf(child).finally(() => (ended = true));
    exit.catch(() => undefined); // awaited below, but only after the loop
    const deadline = performance.now() + START_PATIENCE_MS;
    while (!ended && !this.#stopping && performance.now() < deadline) {
      const client = await connectAsOwner(socket.folder, this.#options.shared).catch(() => null);
      if (client !== null) return this.#attach(child, client);
      await wait(25);
    }
    if (!ended && child.pid !== undefined) await stopPostmaster(child.pid);
    const code = await exit;
    const said = await logSince(home, sizeBefore);
    // 0: it was told to end in order, by another instance that found it without a lock and took it for left over.
    if (this.#stopping || code === 0 || HELD_LOCK.test(said)) return "again";
    throw explainOutput(said, home.folder) ?? doesNotStart(home.log, said);
  }

  async #attach(child: ChildProcess, lock: pg.Client): Promise<Attempt> {
    try {
      if (!(await takeLock(lock))) {
        // Another start took ours for left over and is about to stop it.
        await lock.end();
        return "again";
      }
      await ensureDatabase(lock);
    } catch (error) {
      this.#options.log.warn({ err: error }, "The database failed while it was being prepared");
      await lock.end().catch(() => undefined);
      if (child.pid !== undefined) await stopPostmaster(child.pid);
      return "again";
    }
    const running: Running = { child, lock };
    this.#running = running;
    this.#watch(running);
    return "running";
  }

  #watch(running: Running): void {
    const onExit = (): void => {
      if (this.#running !== running) return;
      this.#running = null;
      if (!this.#stopping) this.#reviving = this.#revive();
    };
    running.child.once("exit", onExit);
    if (running.child.exitCode !== null || running.child.signalCode !== null) onExit();
    running.lock.once("end", () => void this.#regainLock(running));
  }

  /** A crashed session makes PostgreSQL drop all sessions, and the lock with them, while the postmaster lives on. */
  async #regainLock(running: Running): Promise<void> {
    while (this.#running === running && !this.#stopping) {
      const client = await connectAsOwner(this.#cluster.socket.folder, this.#options.shared).catch(() => null);
      if (client !== null && (await takeLock(client).catch(() => false))) {
        running.lock = client;
        client.once("end", () => void this.#regainLock(running));
        if (this.#stopping) await client.end().catch(() => undefined);
        return;
      }
      await client?.end().catch(() => undefined);
      await wait(200);
    }
  }

  async #revive(): Promise<void> {
    const { log, onLost } = this.#options;
    log.error("The database has ended unexpectedly and is started again");
    while (!this.#stopping) {
      try {
        const foreign = await this.#bringUp();
        if (foreign !== null) throw busy(this.#cluster, foreign);
        log.info("The database is back");
        return;
      } catch (error) {
        if (error instanceof DataFolderBusy) return onLost(error);
        if (this.#stopping) return;
        // A full disk, say: it may be mended while we keep answering that we are unavailable.
        log.error({ err: error }, "The database could not be started again yet");
        await wait(LONGEST_DELAY_MS);
      }
    }
  }
}

function doesNotStart(log: string, said: string): StartRefused {
  return new StartRefused(`The embedded database does not start. Its log, ${log}, says:\n${said || "nothing"}`);
}

function patienceWith(foreign: Foreign): number {
  return foreign.holder.startsWith("command") ? COMMAND_PATIENCE_MS : SERVER_PATIENCE_MS;
}

function busy(cluster: Cluster, by: Foreign): DataFolderBusy {
  return new DataFolderBusy(
    `Another Tallystick (${by.holder}) already uses the database in ${cluster.home.folder}. ` +
      "Stop it first, or name another data folder with TALLYSTICK_DATA.",
  );
}
