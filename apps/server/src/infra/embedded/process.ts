import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { chown, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "./binaries.ts";
import type { Home, SocketFolder } from "./home.ts";
import type { OsUser } from "./os-user.ts";
import { StartRefused } from "../start-refused.ts";
import { explainOutput } from "./refused.ts";

export interface Cluster {
  readonly engine: Engine;
  readonly home: Home;
  readonly socket: SocketFolder;
  readonly user: OsUser | null;
  /** Server settings beyond the fixed ones; only tests give any. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Nothing of the caller's environment (PGDATA, PGOPTIONS, locale) may change what runs. */
const ENVIRONMENT = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/local/bin:/usr/bin:/bin" };
const LARGEST_LOG_BYTES = 5_000_000;

function identity(user: OsUser | null): { uid?: number; gid?: number } {
  return user === null ? {} : { uid: user.uid, gid: user.gid };
}

/**
 * Makes the data folder. It appears under its name only when complete, so that a crash or a second process in the
 * middle leaves nothing half-made behind.
 */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { home, user } = cluster;
  const draft = `${home.data}.new-${randomBytes(4).toString("hex")}`;
  await mkdir(draft, { mode: 0o700 });
  if (user !== null) await chown(draft, user.uid, user.gid);
  try {
    await runInitdb(cluster, draft);
    await rename(draft, home.data).catch((error: unknown) => {
      if (!existsSync(join(home.data, "PG_VERSION"))) throw error; // otherwise another process was faster
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb({ engine, home, user, settings }: Cluster, target: string): Promise<void> {
  const parameters = [
    `--pgdata=${target}`,
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    // The same order of text on every machine, without the system's locales.
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(settings["fsync"] === "off" ? ["--no-sync"] : []),
  ];
  const child = spawn(engine.initdb, parameters, {
    ...identity(user),
    env: ENVIRONMENT,
    cwd: home.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const code = await exitOf(child);
  if (code === 0) return;
  throw (
    explainOutput(output, home.folder) ?? new StartRefused(`PostgreSQL could not make its files:\n${output.trim()}`)
  );
}

/** A program that can not be started at all is an 'error' event, which would end the process if nobody listened. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(explainSpawn(cause, child.spawnfile)));
    child.once("exit", resolve);
  });
}

const SPAWN_HINTS: Readonly<Record<string, string>> = {
  ENOENT: "It is missing, or it was made for another C library than this system's (Alpine's, say).",
  EPERM: "This process may not start programs as another user; start Tallystick as an ordinary user.",
  EACCES: "It can not be reached or may not be run; is its disk mounted with noexec?",
};

function explainSpawn(cause: Error, program: string): StartRefused {
  const code = "code" in cause ? String(cause.code) : "";
  const hint = SPAWN_HINTS[code] ?? `The system says: ${code}.`;
  return new StartRefused(
    `PostgreSQL's program could not be started: ${program}. ${hint} DATABASE_URL takes a PostgreSQL server instead.`,
    { cause },
  );
}

/** In a session of its own: a Ctrl-C reaches the server first, which then stops PostgreSQL in order. */
export function spawnPostgres({ engine, home, socket, user, settings }: Cluster): ChildProcess {
  const all = {
    listen_addresses: "",
    unix_socket_directories: socket.folder,
    unix_socket_permissions: "0700",
    fsync: "on",
    timezone: "UTC",
    log_timezone: "UTC",
    logging_collector: "off",
    // A table that grows from nothing is planned as if it were empty until its first ANALYZE; the default looks once a
    // minute, and a fresh installation's first thousands of rows come sooner.
    autovacuum_naptime: "10s",
    // Statements and the values in error messages stay out of the log.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    ...settings,
  };
  const parameters = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const isLarge = logSize(home) > LARGEST_LOG_BYTES;
  const log = openSync(home.log, isLarge ? "w" : "a", 0o600);
  try {
    return spawn(engine.postgres, ["-D", home.data, ...parameters], {
      ...identity(user),
      env: ENVIRONMENT,
      cwd: home.folder,
      detached: true,
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
}

export function logSize(home: Home): number {
  return existsSync(home.log) ? statSync(home.log).size : 0;
}

/** What PostgreSQL wrote since the log had this size, the last 4 kB of it: the only place where it says what is wrong. */
export async function logSince(home: Home, sizeBefore: number): Promise<string> {
  const file = await open(home.log, "r").catch(() => null);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    // A log that has become too large was begun anew.
    const length = Math.min(size < sizeBefore ? size : size - sizeBefore, 4_096);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8").trim();
  } finally {
    await file.close();
  }
}
