import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@tallystick/client";
import {
  followLink,
  type Journey,
  must,
  openAndConsent,
  playAllTasks,
  type PlayedTask,
  type Tab,
} from "../../tools/harness/applicant.ts";
import { quantile } from "../load.ts";
import type { Bench } from "../world.ts";

export interface Latency {
  readonly finishes: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Ready {
  readonly uid: string;
  readonly tab: Tab;
  readonly journey: Journey;
  readonly tasks: readonly PlayedTask[];
}

/** From sending `finish` until the score webhook is complete at the receiver, at a steady rate. */
export async function measureFinish(
  bench: Bench,
  options: { readonly finishes: number; readonly perSecond: number },
): Promise<Latency> {
  const ready: Ready[] = [];
  const queue = Array.from({ length: options.finishes }, (_, index) => `FINISH-${index}x`);
  const worker = async (): Promise<void> => {
    for (let uid = queue.shift(); uid !== undefined; uid = queue.shift()) ready.push(await prepare(bench, uid));
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const sentAt = new Map<string, number>();
  const answers: Promise<unknown>[] = [];
  const begun = Date.now();
  for (const [index, { uid, tab, journey, tasks }] of ready.entries()) {
    await delay(Math.max(0, begun + (index * 1000) / options.perSecond - Date.now()));
    sentAt.set(uid, Date.now());
    answers.push(must(tab.call("finish", { run: journey.run, epoch: journey.epoch, tasks })));
  }
  await Promise.all(answers);
  const latencies: number[] = [];
  for (const [uid, sentAtMs] of sentAt) {
    const arrived = await bench.receiver.waitFor(
      ({ body }) => body.includes(`"${uid}"`) && body.includes("psychometric_score"),
      30_000,
    );
    latencies.push(arrived.receivedAtMs - sentAtMs);
  }
  return {
    finishes: options.finishes,
    perSecond: options.perSecond,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

async function prepare(bench: Bench, uid: string): Promise<Ready> {
  const client = createClient({ baseUrl: bench.server.baseUrl, apiKey: bench.environment.api_key });
  const { link } = await client.createSession({ uid, integration_id: bench.environment.integration_id });
  const tab = await followLink(link);
  const { journey, tasks } = await playAllTasks(tab, await openAndConsent(tab), { person: uid });
  return { uid, tab, journey, tasks };
}
