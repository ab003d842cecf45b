import pg from "pg";
import type { Role } from "./app-role.ts";
import { databaseFailure, isSilence } from "./database-failure.ts";
import { type SilenceWatch, watchForSilence } from "./silence-watch.ts";

/** The narrow waist to PostgreSQL: plain SQL, typed rows, explicit transactions. */
export interface Queryable {
  /** `name` prepares the statement once per connection; use it on hot paths. */
  query<Row>(sql: string, values?: readonly unknown[], options?: { readonly name: string }): Promise<readonly Row[]>;
}

export interface Transaction extends Queryable {
  /** Runs after a successful commit, in this process; never after a roll-back. */
  afterCommit(work: () => void): void;
}

export interface Database extends Queryable {
  /** BEGIN … COMMIT; any throw rolls back and is thrown on. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where the server is: a connection string, or the parts (a host that begins with "/" is a socket's folder). */
export type ConnectionOptions = Pick<
  pg.ClientConfig,
  "connectionString" | "host" | "port" | "user" | "password" | "database" | "ssl"
>;

export interface OpenOptions {
  readonly connection: ConnectionOptions;
  /** The role every session takes at once; null keeps the login's own rights (migrations). */
  readonly role: Role | null;
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** After so long without an answer a connection counts as dead, milliseconds. Default 20 000; tests are shorter. */
  readonly silenceMs?: number;
  /** For the log: a connection lost while idle or found dead (the pool replaces it), work after a commit that threw. */
  readonly onProblem?: (error: Error) => void;
}

// A statement of the server is a matter of milliseconds. One that takes longer than this holds a connection others wait
// for; the client's own limit is later, so that it only ever speaks for a server that has gone silent.
// A connection that has died is mostly found before either (silence-watch.ts).
const STATEMENT_TIMEOUT_MS = 15_000;
const SILENCE_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5_000;
const APPLICATION = "tallystick";

export function openDatabase(options: OpenOptions): Database {
  const pool = new pg.Pool(poolConfig(options));
  const onProblem = options.onProblem ?? (() => undefined);
  pool.on("error", onProblem);
  // Between the pool's own listener and that of a transaction lies a moment without one. A session that is ended then would
  // end the process; like this the transaction's first statement says that it is over.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const watch = watchForSilence({
    connection: options.connection,
    applicationName: options.applicationName ?? APPLICATION,
    onDead: () => {
      onProblem(new Error("A connection was dead: PostgreSQL had answered, or had never got the statement"));
      dropIdle(pool);
    },
  });
  // A statement of the pool's own is sent as soon as a connection is taken.
  pool.on("acquire", (client) => watch.begin(client));
  pool.on("release", (_, client) => watch.end(client));
  return {
    query: (sql, values, named) => run(pool, sql, values, named?.name),
    transaction: (work) => transaction(pool, work, { onProblem, watch }),
    close: () => {
      watch.stop();
      return pool.end();
    },
  };
}

/** Where one connection is dead, those that nobody uses at the moment may be: each would cost the next caller a wait. */
function dropIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left -= 1) {
    pool.connect().then(
      (client) => client.release(true),
      () => undefined,
    );
  }
}

function poolConfig(options: OpenOptions): pg.PoolConfig {
  return {
    ...sessionOptions(options.connection, options.role === null ? "" : `-c role=${options.role}`),
    application_name: options.applicationName ?? APPLICATION,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: options.silenceMs ?? SILENCE_TIMEOUT_MS,
  };
}

/** A connection string may carry `options` of its own, which would replace ours: both are joined. */
export function sessionOptions(connection: ConnectionOptions, options: string): pg.ClientConfig {
  if (options === "") return { ...connection };
  if (connection.connectionString === undefined) return { ...connection, options };
  const [base = "", query = ""] = connection.connectionString.split("?", 2);
  const parameters = new URLSearchParams(query);
  const own = parameters.get("options");
  parameters.delete("options");
  const rest = parameters.size > 0 ? `?${parameters.toString()}` : "";
  return { ...connection, connectionString: base + rest, options: own === null ? options : `${own} ${options}` };
}

async function run<Row>(
  runner: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<readonly Row[]> {
  try {
    const query = name === undefined ? { text: sql, values: [...values] } : { name, text: sql, values: [...values] };
    return (await runner.query(query)).rows as Row[];
  } catch (error) {
    throw databaseFailure(error);
  }
}

async function transaction<T>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<T>,
  { onProblem, watch }: { readonly onProblem: (error: Error) => void; readonly watch: SilenceWatch },
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseFailure(error);
  });
  // Without a listener a connection lost between two statements would end the process.
  let lost: Error | undefined;
  const onError = (error: Error): void => {
    lost = error;
  };
  client.on("error", onError);
  watch.end(client); // nothing is sent yet
  const ask = async <Answer>(statement: () => Promise<Answer>): Promise<Answer> => {
    watch.begin(client);
    try {
      return await statement();
    } finally {
      watch.end(client);
    }
  };
  const later: (() => void)[] = [];
  try {
    await ask(() => run(client, "BEGIN"));
    const result = await work({
      query: (sql, values, named) => ask(() => run(client, sql, values, named?.name)),
      afterCommit: (callback) => later.push(callback),
    });
    await ask(() => commit(client));
    return result;
  } catch (error) {
    later.length = 0;
    // A silent session would keep the ROLLBACK waiting just as long again; it rolls back when its connection is closed.
    if (isSilence(error)) lost = new Error("The session went silent", { cause: error });
    else await ask(() => client.query("ROLLBACK")).catch(onError);
    throw error;
  } finally {
    client.removeListener("error", onError);
    client.release(lost);
    for (const callback of later) attempt(callback, onProblem);
  }
}

/** The transaction is committed: what follows it can no longer make it fail. */
function attempt(callback: () => void, onProblem: (error: Error) => void): void {
  try {
    callback();
  } catch (error) {
    onProblem(error instanceof Error ? error : new Error(String(error)));
  }
}

/** A statement that failed inside and was caught turns COMMIT into a roll-back without an error: say so. */
async function commit(client: pg.PoolClient): Promise<void> {
  const answer = await client.query("COMMIT").catch((error: unknown) => {
    throw databaseFailure(error);
  });
  if (answer.command !== "COMMIT") throw new Error("The transaction had already failed and was rolled back.");
}
