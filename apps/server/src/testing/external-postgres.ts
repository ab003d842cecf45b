import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import pg from "pg";

import { findOsUser } from "../infra/embedded/os-user.ts";
import { stopPostmaster } from "../infra/embedded/postmaster.ts";

/** A PostgreSQL of the system's package, over TCP and with passwords, as an operator would run it. */
export interface ExternalPostgres {
  /** Administrator's connection to the database `postgres`. */
  readonly adminUrl: string;
  /** A database of its own, owned by a fresh login; `createRole`: the login may create roles. */
  createDatabase(options: { readonly createRole: boolean }): Promise<{ readonly url: string; readonly login: string }>;
  query(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** The newest installed version's programs, or null. */
export function systemPostgres(): string | null {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base)
    ? readdirSync(base).filter((name) => existsSync(join(base, name, "bin/initdb")))
    : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(base, newest, "bin");
}

export async function startExternalPostgres(bin: string): Promise<ExternalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "ts-external-"));
  const user = process.getuid?.() === 0 ? findOsUser("postgres") : null;
  const identity = user === null ? {} : { uid: user.uid, gid: user.gid };
  await writeFile(join(folder, "password"), "admin", { mode: 0o644 });
  await chmod(folder, 0o700);
  if (user !== null) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  await finish(
    join(bin, "initdb"),
    ["-D", data, "-U", "admin", "-A", "scram-sha-256", "--no-sync", `--pwfile=${folder}/password`],
    identity,
  );
  const port = await freePort();
  const settings = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `port=${port}`,
    "-c",
    `unix_socket_directories=`,
    "-c",
    "fsync=off",
  ];
  const child = spawn(join(bin, "postgres"), ["-D", data, ...settings], { ...identity, cwd: folder, stdio: "ignore" });
  const adminUrl = `postgresql://admin:admin@127.0.0.1:${port}/postgres`;
  await answers(adminUrl);
  const query = (sql: string): Promise<void> => runSql(adminUrl, sql);
  return {
    adminUrl,
    query,
    createDatabase: async ({ createRole }) => {
      const login = `lender_${randomBytes(4).toString("hex")}`;
      await query(`CREATE ROLE ${login} LOGIN PASSWORD 'secret' ${createRole ? "CREATEROLE" : "NOCREATEROLE"}`);
      await query(`CREATE DATABASE ${login} OWNER ${login}`);
      return { login, url: `postgresql://${login}:secret@127.0.0.1:${port}/${login}` };
    },
    stop: async () => {
      if (child.pid !== undefined) await stopPostmaster(child.pid);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function finish(program: string, parameters: readonly string[], options: object): Promise<void> {
  const child = spawn(program, [...parameters], { ...options, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      return await runSql(url, "SELECT 1");
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(50);
    }
  }
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
