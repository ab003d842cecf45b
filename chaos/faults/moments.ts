import { setTimeout as delay } from "node:timers/promises";

import type { World } from "../world.ts";
import { atMoment, type Fault, type Scene, type Struck, struckNow } from "./fault.ts";

const PATIENCE_MS = 4_000;

function killWorkers(world: World): void {
  for (const { service } of world.workers) service.kill();
}

/** Kills both workers at this moment of the victim's next webhook, for it is not known which of them sends it. */
function killAt(moment: "received" | "answered"): (scene: Scene) => Promise<Struck> {
  return async ({ world, victim }) => {
    await atMoment(victim.receiver, moment, PATIENCE_MS);
    killWorkers(world);
    return struckNow();
  };
}

/** Resolves when a statement of the server waits for our lock, or after some seconds. */
async function untilSomebodyWaits(world: World): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity
                WHERE application_name = 'tallystick' AND wait_event_type = 'Lock'`;
  while (Date.now() < deadline) {
    const [row] = await world.database.query<{ waiting: number }>(sql);
    if ((row?.waiting ?? 0) > 0) return;
    await delay(10);
  }
}

const END_WAITING = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE application_name = 'tallystick' AND wait_event_type = 'Lock'`;

/** Kills while a write of this table waits for a lock; half of the time the waiting session dies too. */
function killBeforeCommit(table: string, kill: (world: World) => void): (scene: Scene) => Promise<Struck> {
  return async ({ world, random }) => {
    const lock = await world.database.hold(`LOCK TABLE ${table} IN SHARE MODE`);
    try {
      await untilSomebodyWaits(world);
      kill(world);
      if (random() < 0.5) await world.database.query(END_WAITING);
      return struckNow();
    } finally {
      await lock.release();
    }
  };
}

export const MOMENT_FAULTS: readonly Fault[] = [
  {
    name: "killed-before-finish-commits",
    group: "moments",
    does: "SIGKILL of the API while the transaction of a `finish` waits before its commit",
    because:
      "Result, events and deliveries are one transaction: none of them exists, and the page sends `finish` again.",
    strike: killBeforeCommit("results", (world) => world.api.service.kill()),
  },
  {
    name: "killed-after-finish-commits",
    group: "moments",
    does: "SIGKILL of the API as soon as a new result can be read, before or while it answers",
    because:
      "The deliveries are committed with the result, whoever learns of it: the workers find them by polling. A repeated `finish` is answered with the state that is there.",
    strike: async ({ world }) => {
      const count = async (): Promise<number> => {
        const [row] = await world.database.query<{ n: number }>("SELECT count(*)::int AS n FROM results");
        return row?.n ?? 0;
      };
      const before = await count();
      const deadline = Date.now() + PATIENCE_MS;
      while ((await count()) === before && Date.now() < deadline) await delay(1);
      world.api.service.kill();
      return struckNow();
    },
  },
  {
    name: "killed-before-the-receiver-answers",
    group: "moments",
    does: "SIGKILL of the workers when the receiver has the webhook and has not answered yet",
    because:
      "Nothing is recorded, the lease runs out, and the same event with the same bytes and the same `webhook-id` is sent again.",
    strike: killAt("received"),
  },
  {
    name: "killed-after-the-receiver-answered",
    group: "moments",
    does: "SIGKILL of the workers right after the receiver has answered 200",
    because:
      "Whether the outcome was recorded or not, the receiver has the event. If not, it gets it once more under the same `webhook-id`.",
    strike: killAt("answered"),
  },
  {
    name: "killed-before-the-outcome-commits",
    group: "moments",
    does: "SIGKILL of the workers while the record of an outcome waits before its commit",
    because:
      "An attempt and what follows from it are one statement. If it is lost, the receiver gets the same event again; it is never marked as delivered by halves.",
    strike: killBeforeCommit("attempts", killWorkers),
  },
];
