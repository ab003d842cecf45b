import type { Queryable } from "../../../infra/database.ts";

export interface NamedUserRow {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
}

export async function selectNames(db: Queryable, userIds: readonly string[]): Promise<readonly NamedUserRow[]> {
  return db.query<NamedUserRow>("SELECT user_id, name, email FROM users WHERE user_id = ANY ($1::text[])", [userIds]);
}
