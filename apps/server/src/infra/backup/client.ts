import pg from "pg";

import type { ConnectionOptions, Queryable } from "../database.ts";
import { isFarewell } from "../database-failure.ts";
import { StartRefused } from "../start-refused.ts";

/**
 * A connection as the owner on which texts mean the same whatever the server's own settings are, and on which a long
 * table runs into no limit that was meant for requests.
 */
export async function withClient<T>(
  connection: ConnectionOptions,
  name: "backup" | "restore",
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...connection, application_name: `tallystick ${name}` });
  let lost: Error | null = null;
  client.on("error", (error) => (lost = error));
  await client.connect();
  try {
    await client.query(
      `SELECT set_config(name, value, false)
         FROM (VALUES ('datestyle', 'ISO'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('extra_float_digits', '1'),
                      ('bytea_output', 'hex'), ('client_encoding', 'UTF8'), ('statement_timeout', '0'),
                      ('lock_timeout', '0'), ('idle_in_transaction_session_timeout', '0')) AS settings(name, value)`,
    );
    return await work(client);
  } catch (error) {
    if (lost === null && !isFarewell(error)) throw error;
    throw new StartRefused(`The connection to the database was lost: the ${name} is not done. Run it again.`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}

export function queryable(client: pg.Client): Queryable {
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await client.query(sql, [...values])).rows as Row[],
  };
}

export function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}
