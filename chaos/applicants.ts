import { setTimeout as delay } from "node:timers/promises";

import { openAndConsent, type PlayedTask, playAllTasks, type Tab } from "../tools/harness/applicant.ts";
import { followPatiently, untilAnswered } from "../tools/harness/patience.ts";
import type { Acknowledged } from "./history.ts";
import type { Lender } from "./world.ts";

const PATIENCE_MS = 120_000;

/** A journey that has played everything and has only to say so. */
export interface ReadyJourney {
  readonly uid: string;
  readonly lender: Lender;
  /** Repeats until it is acknowledged. Throws when the server refuses or stays away. */
  finish(): Promise<void>;
}

/** Everybody who plays in a run. */
export interface Crowd {
  readonly acknowledged: readonly Acknowledged[];
  /** Journeys that went wrong although they were patient. */
  readonly failures: readonly string[];
  /** A journey of this lender that is ready to finish. Waits for one; throws after two minutes. */
  takeReady(lender: Lender): Promise<ReadyJourney>;
  /** Creates the session of a sandbox uid, repeated until it is acknowledged; a worker plays it by itself. */
  createSimulated(lender: Lender): Promise<void>;
  /** Plays no more; resolves when those under way are through. */
  stop(): Promise<void>;
}

const IN_STOCK = 3;

/** Keeps journeys ready for each lender, whatever is killed meanwhile. `name` begins every uid. */
export function gatherCrowd(baseUrl: string, lenders: readonly Lender[], name: string): Crowd {
  const acknowledged: Acknowledged[] = [];
  const failures: string[] = [];
  const stock = new Map(lenders.map((lender) => [lender, [] as ReadyJourney[]]));
  let count = 0;
  let isStopping = false;
  const newUid = (prefix = ""): string => `${prefix}${name}-${(count += 1)}`;

  async function keepInStock(lender: Lender, ready: ReadyJourney[]): Promise<void> {
    while (!isStopping) {
      if (ready.length >= IN_STOCK) {
        await delay(20);
        continue;
      }
      await play({ baseUrl, lender, uid: newUid(), acknowledged }).then(
        (journey) => ready.push(journey),
        (error: unknown) => failures.push(`A journey broke off: ${String(error)}`),
      );
    }
  }

  const keepers = [...stock].map(([lender, ready]) => keepInStock(lender, ready));
  return {
    acknowledged,
    failures,
    async takeReady(lender) {
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline) {
        const ready = stock.get(lender)?.shift();
        if (ready !== undefined) return ready;
        await delay(10);
      }
      throw new Error(`Nobody got as far as the end of a journey within ${PATIENCE_MS / 1000} s`);
    },
    async createSimulated(lender) {
      const uid = newUid("SIM-LOWRISK-");
      await createSimulated(baseUrl, lender, uid);
      acknowledged.push({ uid, environmentId: lender.environmentId, kind: "simulated", atMs: Date.now() });
    },
    async stop() {
      isStopping = true;
      await Promise.all(keepers);
    },
  };
}

interface Player {
  readonly baseUrl: string;
  readonly lender: Lender;
  readonly uid: string;
  /** A finish that was answered is written down here. */
  readonly acknowledged: Acknowledged[];
}

async function play({ baseUrl, lender, uid, acknowledged }: Player): Promise<ReadyJourney> {
  const tab = await followPatiently(await createSession(baseUrl, lender, uid), PATIENCE_MS);
  const { journey, tasks } = await playAllTasks(tab, await openAndConsent(tab), { person: uid });
  const finish = async (): Promise<void> => {
    await finishOnce(tab, { run: journey.run, epoch: journey.epoch, tasks });
    acknowledged.push({ uid, environmentId: lender.environmentId, kind: "finish", atMs: Date.now() });
  };
  return { uid, lender, finish };
}

/** An answer that was lost and then repeated may find the journey already played: that says as much as the first. */
async function createSimulated(baseUrl: string, lender: Lender, uid: string): Promise<void> {
  const { status, text } = await askForSession(baseUrl, lender, uid);
  if (status === 200) return;
  const { state } = JSON.parse(text) as { readonly state?: string };
  if (status !== 409 || state !== "completed") throw new Error(`create answered ${status} ${text}`);
}

async function createSession(baseUrl: string, lender: Lender, uid: string): Promise<string> {
  const { status, text } = await askForSession(baseUrl, lender, uid);
  if (status !== 200) throw new Error(`create answered ${status} ${text}`);
  return (JSON.parse(text) as { readonly link: string }).link;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A key that was ended a moment ago is refused: the lender then takes the one that follows it, once. */
async function askForSession(baseUrl: string, lender: Lender, uid: string): Promise<Answered> {
  const apiKey = lender.keys.apiKey();
  const answer = await askWith(apiKey, { baseUrl, lender, uid });
  if (answer.status !== 401) return answer;
  const next = await lender.keys.settledApiKey();
  return next === apiKey ? answer : askWith(next, { baseUrl, lender, uid });
}

type Asked = Pick<Player, "baseUrl" | "lender" | "uid">;

function askWith(apiKey: string, { baseUrl, lender, uid }: Asked): Promise<Answered> {
  return untilAnswered(async () => {
    const response = await fetch(`${baseUrl}/v1/sessions-management/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", "api-key": apiKey },
      body: JSON.stringify({ uid, integration_id: lender.integrationId }),
    });
    return { status: response.status, text: await response.text() };
  }, PATIENCE_MS);
}

interface FinishBody {
  readonly run: number;
  readonly epoch: number;
  readonly tasks: readonly PlayedTask[];
}

async function finishOnce(tab: Tab, body: FinishBody): Promise<void> {
  const ended = await tab.call<{ readonly state?: string }>("finish", body);
  if (ended.status === 200 && ended.body.state === "completed") return;
  throw new Error(`finish answered ${ended.status} ${JSON.stringify(ended.body)}`);
}
