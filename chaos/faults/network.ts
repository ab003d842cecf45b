import { setTimeout as delay } from "node:timers/promises";

import type { Passage } from "../gate.ts";
import { accept, BEHAVIOURS } from "../receivers.ts";
import { type Fault, type Scene, type Struck, struckNow } from "./fault.ts";

const SAME =
  "Only an answer with status 200 counts. Anything else is tried again by the schedule, with the same bytes.";
const RECEIVERS: Readonly<Record<string, readonly [does: string, because: string]>> = {
  "answers-slowly": ["200 after 1.5 s", "The attempt waits up to 15 s; other receivers are not held up."],
  "never-answers": [
    "no answer at all",
    "The attempt ends after 15 s and counts as failed; other receivers are not held up.",
  ],
  "answers-201": ["201", SAME],
  "answers-204": ["204", SAME],
  "answers-301": ["a redirect", `A redirect is never followed. ${SAME}`],
  "answers-500": ["500", SAME],
  "answers-503": ["503 with `Retry-After: 2`", `Retry-After lengthens the wait. ${SAME}`],
  "hangs-up": ["the connection is closed without an answer", SAME],
  "breaks-off-the-body": [
    "200, then the body breaks off",
    "The status line has accepted it; the body says nothing more.",
  ],
  "body-without-end": ["200 with a body that never ends", "At most 16 KiB are read, then the connection is dropped."],
  "body-of-1-GB": ["200 with a body of 1 GB", "At most 16 KiB are read, then the connection is dropped."],
};

const HARM_MS = 800;

export const RECEIVER_FAULTS: readonly Fault[] = [
  ...Object.entries(RECEIVERS).map(([name, [does, because]]): Fault => ({
    name: `receiver-${name}`,
    group: "receivers",
    does: `a receiver answers: ${does}`,
    because,
    strike: async ({ victim }) => {
      victim.receiver.behave(BEHAVIOURS[name] ?? accept);
      const struck = struckNow(async () => Promise.resolve(victim.receiver.behave(accept)));
      await delay(HARM_MS);
      return struck;
    },
  })),
  {
    name: "receiver-refuses-connections",
    group: "receivers",
    does: "nobody listens where a receiver should",
    because: SAME,
    strike: (scene) => through(scene, "closed"),
  },
  {
    name: "receiver-half-open",
    group: "network",
    does: "all packets between the workers and a receiver vanish; no connection is closed",
    because: "The attempt ends after 15 s. It may have arrived or not; it is sent again under the same `webhook-id`.",
    strike: (scene) => through(scene, "silent"),
  },
  {
    name: "receiver-answer-lost",
    group: "network",
    does: "a receiver's answers vanish on their way back",
    because:
      "The receiver has accepted, the worker can not know: the same event comes again under the same `webhook-id`.",
    strike: (scene) => through(scene, "mute"),
  },
];

async function through({ victim }: Scene, passage: Passage): Promise<Struck> {
  const { gate } = victim.receiver;
  await gate.set(passage);
  const struck = struckNow(() => gate.set("open"));
  await delay(HARM_MS);
  return struck;
}

const HOUR_MS = 3_600_000;

export const OWN_NETWORK_FAULTS: readonly Fault[] = [
  {
    name: "worker-database-half-open",
    group: "network",
    does: "all packets between a worker and PostgreSQL vanish for a moment; its connections stay open and dead",
    because:
      "After 2 s without an answer PostgreSQL is asked over a fresh connection; a session that has nothing to do there is dead, and ended on both sides with the locks it held. The other worker goes on, and takes over what the first had claimed when the lease ends.",
    strike: ({ worker }) => silence(worker.gate),
  },
  {
    name: "api-database-half-open",
    group: "network",
    does: "the same between the API and PostgreSQL",
    because:
      "As above: requests are answered 503 after some 3 s, after 20 s where PostgreSQL can not be asked either, and sent again; nothing was acknowledged.",
    strike: ({ world }) => silence(world.api.gate),
  },
  {
    name: "clock-jumps",
    group: "clock",
    does: "the clocks of the API and of both workers jump, each by up to a day ahead or back, and stay there for the round",
    because:
      "Due times, leases and the signed time of a webhook come from the database's clock; a process's own clock decides nothing.",
    strike: async ({ world, random }) => {
      const members = [world.api, ...world.workers];
      for (const member of members) member.setClock(Math.round((random() * 2 - 1) * 24 * HOUR_MS));
      const struck = struckNow(async () => {
        for (const member of members) member.setClock(0);
        return Promise.resolve();
      });
      await delay(HARM_MS);
      return struck;
    },
  },
];

async function silence(gate: { set(passage: Passage): Promise<void> }): Promise<Struck> {
  await gate.set("silent");
  const struck = struckNow();
  await delay(HARM_MS);
  await gate.set("open");
  return struck;
}
