import { isMigrated } from "../../infra/migrate.ts";
import type { Command } from "../command.ts";

/** Every start migrates; this does it without serving, e.g. before a rolling update. */
export const migrateCommand: Command = {
  name: "migrate",
  summary: "Bring the database to the newest schema",
  positionals: [],
  options: {},
  example: "DATABASE_URL=postgresql://tallystick@db/tallystick npx tallystick migrate",
  run: async (deps) => {
    // Opening the database has applied what was missing.
    const current = await isMigrated(deps.db);
    return { json: { current }, text: "The database is up to date.\n" };
  },
};
