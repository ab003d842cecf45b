import type { Deps } from "../../../infra/deps.ts";
import { selectNames } from "./actor-names-store.ts";

const PERSON = "user:";

/**
 * What people call the actors of rows that a company holds: `user:<id>` by the person's name, or their address where
 * they have none; `cli:<os user>` and `system` as they are. Null for a key and for whoever is not known. One statement
 * for a page. Only for admins of the company: that somebody acted in it is what makes their name its business.
 */
export async function actorNames(
  deps: Deps,
  actors: readonly (string | null)[],
): Promise<(actor: string | null) => string | null> {
  const people = actors.flatMap((actor) => (actor?.startsWith(PERSON) === true ? [actor.slice(PERSON.length)] : []));
  const rows = people.length === 0 ? [] : await selectNames(deps.db, [...new Set(people)]);
  const names = new Map(rows.map((row) => [PERSON + row.user_id, row.name.trim() === "" ? row.email : row.name]));
  return (actor) => {
    if (actor === null) return null;
    if (actor === "system" || actor.startsWith("cli:")) return actor;
    return names.get(actor) ?? null;
  };
}
