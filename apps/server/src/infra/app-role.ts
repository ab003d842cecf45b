import pg from "pg";
import type { Logger } from "./logger.ts";
import { StartRefused } from "./start-refused.ts";

const DUPLICATE = new Set(["42710", "23505"]); // two first starts on one cluster

/**
 * Serving sessions run as `tallystick_app`, which owns nothing and can not change audit rows, events or inputs; erasing
 * and retention run as `tallystick_eraser`, which can take content away but can not write any.
 */
export const ROLES = ["tallystick_app", "tallystick_eraser"] as const;
export type Role = (typeof ROLES)[number];

interface RoleState {
  readonly role: Role;
  readonly known: boolean;
  readonly member: boolean;
}

/**
 * Creates the roles and grants them to the login where the login may do so. Throws StartRefused otherwise, with the SQL
 * for somebody who may.
 */
export async function ensureRoles(client: pg.Client, log: Logger): Promise<void> {
  const { login, superuser } = await readLogin(client);
  if (superuser) log.warn("The database login is a superuser; an ordinary owner of the database is enough");
  const states = await readRoles(client);
  try {
    for (const { role, known, member } of states) {
      if (!known) await client.query(`CREATE ROLE ${role} NOLOGIN`).catch(ignoreDuplicate);
      if (!member) await client.query(`GRANT ${role} TO ${pg.escapeIdentifier(login)}`);
    }
  } catch (error) {
    throw new StartRefused(explain(login, states), { cause: error });
  }
}

async function readLogin(client: pg.Client): Promise<{ readonly login: string; readonly superuser: boolean }> {
  const { rows } = await client.query<{ login: string; superuser: boolean }>(
    `SELECT rolname::text AS login, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user`,
  );
  if (rows[0] === undefined) throw new Error("pg_roles gave no answer");
  return rows[0];
}

async function readRoles(client: pg.Client): Promise<readonly RoleState[]> {
  const { rows } = await client.query<RoleState>(
    `SELECT wanted.role,
            EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.role) AS known,
            EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
                     WHERE r.rolname = wanted.role AND u.rolname = current_user) AS member
       FROM unnest($1::text[]) WITH ORDINALITY AS wanted (role, place)
      ORDER BY wanted.place`,
    [ROLES],
  );
  return rows;
}

function explain(login: string, states: readonly RoleState[]): string {
  const statements = states.flatMap(({ role, known, member }) => [
    ...(known ? [] : [`  CREATE ROLE ${role} NOLOGIN;`]),
    ...(member ? [] : [`  GRANT ${role} TO ${pg.escapeIdentifier(login)};`]),
  ]);
  return [
    `The database login "${login}" may not prepare the roles ${ROLES.join(" and ")}. Let an administrator run, once:`,
    ...statements,
  ].join("\n");
}

function ignoreDuplicate(error: unknown): void {
  if (error instanceof Error && "code" in error && DUPLICATE.has(String(error.code))) return;
  throw error;
}
