import pg from "pg";
import type { Logger } from "./logger.ts";
import { StartRefused } from "./start-refused.ts";

const DUPLICATE = new Set(["42710", "23505"]); // two first starts on one cluster

/**
 * The serving sessions run as `tallystick_app`, which owns nothing and can not change audit rows, events or inputs.
 * Creates the role and grants it to the login where the login may do so. Throws StartRefused otherwise, with the SQL
 * for somebody who may.
 */
export async function ensureAppRole(client: pg.Client, log: Logger): Promise<void> {
  const { rows } = await client.query<{ login: string; known: boolean; member: boolean; superuser: boolean }>(
    `SELECT current_user::text AS login,
            EXISTS (SELECT FROM pg_roles WHERE rolname = 'tallystick_app') AS known,
            EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
                     WHERE r.rolname = 'tallystick_app' AND u.rolname = current_user) AS member,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
  );
  const state = rows[0];
  if (state === undefined) throw new Error("pg_roles gave no answer");
  if (state.superuser) log.warn("The database login is a superuser; an ordinary owner of the database is enough");
  try {
    if (!state.known) await client.query("CREATE ROLE tallystick_app NOLOGIN").catch(ignoreDuplicate);
    if (!state.member) await client.query(`GRANT tallystick_app TO ${pg.escapeIdentifier(state.login)}`);
  } catch (error) {
    throw new StartRefused(
      `The database login "${state.login}" may not prepare the role tallystick_app. Let an administrator run, once:\n` +
        (state.known ? "" : "  CREATE ROLE tallystick_app NOLOGIN;\n") +
        `  GRANT tallystick_app TO ${pg.escapeIdentifier(state.login)};`,
      { cause: error },
    );
  }
}

function ignoreDuplicate(error: unknown): void {
  if (error instanceof Error && "code" in error && DUPLICATE.has(String(error.code))) return;
  throw error;
}
