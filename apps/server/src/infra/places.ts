import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder that holds `db/` and `apps/`: the same for the source tree and for the bundle, which lies inside it.
 * Throws when this file was moved out of the project, because neither migrations nor pages could be found then.
 */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "db", "migrations"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The folder db/migrations is missing: run Tallystick from its own folder.");
    folder = parent;
  }
  return folder;
}
