import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { type Fault, struckNow } from "./fault.ts";

const CLIENTS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'tallystick'";
const FULL_MS = 2_000;

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: "postgres-killed",
    group: "database",
    does: "SIGKILL of PostgreSQL's first process; its supervisor starts it again",
    because:
      "A commit is on the disk before it is acknowledged (`fsync` and `synchronous_commit` are on). API and workers answer 503 or wait, and connect again.",
    strike: async ({ world }) => {
      await world.database.killPostmaster();
      return struckNow();
    },
  },
  {
    name: "session-of-postgres-killed",
    group: "database",
    does: "SIGKILL of one session's process, whereupon PostgreSQL drops all of them and recovers",
    because: "As above: what was open is rolled back, what was committed is there.",
    strike: async ({ world, random }) => {
      const rows = await world.database.query<{ pid: number }>(CLIENTS);
      const pid = rows[Math.floor(random() * rows.length)]?.pid;
      if (pid !== undefined && (await isPostgres(pid))) process.kill(pid, "SIGKILL");
      return struckNow();
    },
  },
  {
    name: "connections-ended",
    group: "database",
    does: "`pg_terminate_backend` of every connection of the server",
    because: "The pool replaces them; a request that was cut off is answered 503 and sent again.",
    strike: async ({ world }) => {
      await world.database.query(`SELECT pg_terminate_backend(pid) FROM (${CLIENTS}) AS clients`);
      return struckNow();
    },
  },
  {
    name: "disk-full",
    group: "disk",
    does: `the disk of the data folder is filled to the last block for ${FULL_MS / 1000} s`,
    because:
      "What can not be written is not acknowledged. PostgreSQL refuses, or ends and is started again until there is room.",
    impossible: ({ place }) => (place.disk === null ? "a small file system can not be mounted here" : null),
    strike: async ({ world }) => {
      world.place.disk?.fill();
      const struck = struckNow();
      await delay(FULL_MS);
      world.place.disk?.clear();
      return struck;
    },
  },
];

/** Its number came from PostgreSQL a moment ago, yet numbers are given out again. */
async function isPostgres(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("tallystick");
}
