import { setTimeout as wait } from "node:timers/promises";

import pg from "pg";

import { ROLES } from "../app-role.ts";

/** As the cluster's owner, over the socket whose folder only we may enter. Throws while the server is not ready. */
export async function connectAsOwner(socketFolder: string, shared: boolean): Promise<pg.Client> {
  const client = new pg.Client({
    host: socketFolder,
    port: 5432,
    user: "postgres",
    database: "postgres",
    ssl: false,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    application_name: `${shared ? "command" : "server"}, process ${process.pid}`,
  });
  client.on("error", () => undefined); // whoever holds the lock notices the end of the server by its process
  await client.connect();
  return client;
}

const LOCK = 7_205_113;

/** Session-wide: gone with the connection, thus with the process, however that ended. */
export async function takeLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS taken", [LOCK]);
  return rows[0]?.taken === true;
}

/** "server, process <pid>" or "command, process <pid>", whoever holds the lock. */
export async function holder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1::bigint::oid`,
    [LOCK],
  );
  return rows[0]?.name ?? "";
}

/** The server's login owns the database but may not reach beyond it. */
export async function ensureDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ login: boolean; roles: readonly string[]; database: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tallystick') AS login,
            ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1::text[])) AS roles,
            EXISTS (SELECT FROM pg_database WHERE datname = 'tallystick') AS database`,
    [ROLES],
  );
  const state = rows[0];
  if (state?.login === false) await client.query("CREATE ROLE tallystick LOGIN");
  for (const role of ROLES) {
    if (state?.roles.includes(role) === false) await client.query(`CREATE ROLE ${role} NOLOGIN`);
    await client.query(`GRANT ${role} TO tallystick`);
  }
  if (state?.database === false) await client.query("CREATE DATABASE tallystick OWNER tallystick");
}

const GUEST_PATIENCE_MS = 10_000;

/** Sessions beside our own. Each command keeps one open for as long as it uses another's database. */
async function countGuests(client: pg.Client): Promise<number> {
  const { rows } = await client
    .query<{ guests: number }>(
      `SELECT count(*)::int AS guests FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    )
    .catch(() => ({ rows: [] }));
  return rows[0]?.guests ?? 0;
}

/**
 * Before a database is stopped: commands that run side by side share that of the first, so it stays until the others
 * are through. Gives the lock back and only then looks whether somebody is there: who came before found the lock taken
 * and relies on this database, who comes later takes the lock. Resolves to false when another instance has taken it
 * and will see to the rest.
 */
export async function releaseWhenAlone(client: pg.Client): Promise<boolean> {
  const deadline = performance.now() + GUEST_PATIENCE_MS;
  for (;;) {
    while ((await countGuests(client)) > 0 && performance.now() < deadline) await wait(50);
    await client.query("SELECT pg_advisory_unlock($1::bigint)", [LOCK]).catch(() => undefined);
    if ((await countGuests(client)) === 0 || performance.now() >= deadline) return true;
    if (!(await takeLock(client).catch(() => false))) return false;
  }
}
