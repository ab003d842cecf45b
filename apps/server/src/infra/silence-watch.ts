import { Socket } from "node:net";

import pg from "pg";

/**
 * Tells a dead connection from a slow statement. On a network that swallows packets both look the same from here: no
 * answer. So somebody asks PostgreSQL over a fresh connection. A session that has had nothing to do for a while, and whose
 * answer we still wait for, has sent that answer into the void or never got the question: its connection is ended at once,
 * instead of after the time that the slowest statement may take. While PostgreSQL says that it works, nothing is ended.
 */
export interface SilenceWatch {
  /** A statement is on its way. */
  begin(client: pg.PoolClient): void;
  /** It was answered, or the connection is back in the pool. */
  end(client: pg.PoolClient): void;
  stop(): void;
}

export interface SilenceWatchOptions {
  /** As the pool's, without its role: only the login itself may see the state of its sessions. */
  readonly connection: pg.ClientConfig;
  /** As in pg_stat_activity; behind a pooler of another kind the numbers of processes are not PostgreSQL's. */
  readonly applicationName: string;
  /** A connection was found dead. Others may be, too. */
  readonly onDead: () => void;
}

/** So long without an answer, and PostgreSQL is asked. Nearly all statements take milliseconds. */
const SUSPECT_MS = 2_000;
/** So long a session must have had nothing to do: more than an answer takes on its way. */
const IDLE_MS = 1_500;
const LOOK_EVERY_MS = 500;
const ASK_MS = 2_000;

interface Wait {
  sinceMs: number;
  bytesRead: number;
}

export function watchForSilence(options: SilenceWatchOptions): SilenceWatch {
  const waits = new Map<pg.PoolClient, Wait>();
  let isAsking = false;

  async function look(): Promise<void> {
    const suspects = [...waits].filter(([client, wait]) => isSuspect(client, wait));
    if (suspects.length === 0) return;
    await withPostgres(options, async (postgres) => {
      const idle = await idleSessions(postgres, options, suspects.map(processOfWait));
      // Some were answered meanwhile, or are at another statement.
      const dead = suspects.filter(
        ([client, wait]) => waits.get(client) === wait && isSuspect(client, wait) && idle.has(processOf(client)),
      );
      if (dead.length === 0) return;
      for (const [client] of dead) {
        waits.delete(client);
        // With a statement under way it does not say goodbye first, which nobody would hear.
        client.end().catch(() => undefined);
      }
      options.onDead();
      await endSessions(postgres, options, dead.map(processOfWait));
    });
  }

  const timer = setInterval(() => {
    if (isAsking || waits.size === 0) return;
    isAsking = true;
    look()
      .catch(() => undefined) // PostgreSQL itself is away: the limits of the pool hold
      .finally(() => (isAsking = false));
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    begin: (client) => void waits.set(client, { sinceMs: performance.now(), bytesRead: bytesOf(client) }),
    end: (client) => void waits.delete(client),
    stop: () => clearInterval(timer),
  };
}

/** Nothing has come for long, and nothing of ours still waits to be taken. */
function isSuspect(client: pg.PoolClient, wait: Wait): boolean {
  const bytesRead = bytesOf(client);
  if (bytesRead === wait.bytesRead && (socketOf(client)?.writableLength ?? 0) === 0) {
    return performance.now() - wait.sinceMs >= SUSPECT_MS;
  }
  Object.assign(wait, { sinceMs: performance.now(), bytesRead });
  return false;
}

async function withPostgres(
  { connection, applicationName }: SilenceWatchOptions,
  work: (postgres: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    ...connection,
    application_name: `${applicationName} watch`,
    connectionTimeoutMillis: ASK_MS,
    query_timeout: ASK_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    client.end().catch(() => undefined);
  }
}

const HAS_NOTHING_TO_DO = `
  pid = ANY ($1::int[]) AND application_name = $2::text AND state LIKE 'idle%'
  AND state_change < clock_timestamp() - $3::int * interval '1 millisecond'`;

async function idleSessions(
  postgres: pg.Client,
  { applicationName }: SilenceWatchOptions,
  processes: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await postgres.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE ${HAS_NOTHING_TO_DO}`,
    [processes, applicationName, IDLE_MS],
  );
  return new Set(rows.map(({ pid }) => pid));
}

/** In the middle of a transaction it would keep its locks until PostgreSQL's own limit, from those who try again. */
async function endSessions(
  postgres: pg.Client,
  { applicationName }: SilenceWatchOptions,
  processes: readonly number[],
): Promise<void> {
  await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${HAS_NOTHING_TO_DO}`, [
    processes,
    applicationName,
    IDLE_MS,
  ]);
}

function processOfWait([client]: readonly [pg.PoolClient, Wait]): number {
  return processOf(client);
}

/** PostgreSQL's process of this session; 0: not known, and never idle. pg has it and does not declare it. */
function processOf(client: pg.PoolClient): number {
  return (client as { readonly processID?: number | null }).processID ?? 0;
}

function socketOf(client: pg.PoolClient): Socket | null {
  const { stream } = client.connection;
  return stream instanceof Socket ? stream : null;
}

function bytesOf(client: pg.PoolClient): number {
  return socketOf(client)?.bytesRead ?? 0;
}
