import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAndConsent, playAllTasks } from "../tools/harness/applicant.ts";
import { followPatiently, untilAnswered } from "../tools/harness/patience.ts";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { freePort, type ServerProcess, startServer } from "../tools/harness/server-process.ts";
import { createWithKey, isEvent, verify } from "./support/lender.ts";
import { type Deployment, newUid, unique } from "./support/world.ts";

/**
 * 200 applicants play while a process is killed without warning. Phones and lender behave as real ones do: they send
 * again until they are answered. Afterwards nothing that was acknowledged may be missing.
 */
const SESSIONS = 200;
const AT_ONCE = 16;
const PATIENCE_MS = 90_000;

let dataDir = "";
let server: ServerProcess;
let receiver: Receiver;
let port = 0;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tallystick-crash-"));
  port = await freePort();
  receiver = await startReceiver();
  server = await startServer({ dataDir, port });
});

afterEach(async () => {
  await server.stop();
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Outcome {
  readonly uid: string;
  /** What the server answered to `finish`; null when the journey failed. */
  readonly state: string | null;
  readonly problem: string | null;
}

async function playOne(deployment: Deployment): Promise<Outcome> {
  const uid = newUid("CRASH");
  try {
    const session = await untilAnswered(() => createWithKey(server, deployment.test, { uid }), PATIENCE_MS);
    if (session.status !== 200) throw new Error(`create answered ${session.status} ${session.text}`);
    const tab = await followPatiently(session.body.link, PATIENCE_MS);
    const { journey, tasks } = await playAllTasks(tab, await openAndConsent(tab), { person: uid });
    const ended = await tab.call<{ state: string }>("finish", { run: journey.run, epoch: journey.epoch, tasks });
    if (ended.status !== 200) throw new Error(`finish answered ${ended.status} ${JSON.stringify(ended.body)}`);
    return { uid, state: ended.body.state, problem: null };
  } catch (error) {
    return { uid, state: null, problem: String(error) };
  }
}

/** Everyone plays; `disturb` happens once, when four in ten have finished. */
async function playThrough(deployment: Deployment, disturb: () => Promise<void>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let started = 0;
  const disturbances: Promise<void>[] = [];
  const worker = async (): Promise<void> => {
    while (started < SESSIONS) {
      started += 1;
      outcomes.push(await playOne(deployment));
      if (outcomes.length >= SESSIONS * 0.4 && disturbances.length === 0) disturbances.push(disturb());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await Promise.all(disturbances);
  return outcomes;
}

async function createDeployment(): Promise<Deployment> {
  const company = (await server.cli(["company", "create", "--name", `Crash ${unique()}`])) as { company_id: string };
  const owner = ["--company", company.company_id];
  const deployment = (await server.cli(["deployment", "create", "--name", "Crash", ...owner])) as Deployment;
  await server.cli([
    "deployment",
    "set",
    deployment.deployment_id,
    "--env",
    "test",
    "--webhook-url",
    receiver.url,
    ...owner,
  ]);
  return deployment;
}

/** Some first attempts fail, so that retries are under way when the process dies. The third would be 5 minutes later. */
function refuseSome(): void {
  const seen = new Set<string>();
  receiver.answerWith(({ body }) => {
    const isFirst = !seen.has(body);
    seen.add(body);
    return isFirst && seen.size % 10 === 0 ? 500 : 200;
  });
}

async function expectNothingLost(deployment: Deployment, outcomes: readonly Outcome[]): Promise<void> {
  expect(outcomes.filter((outcome) => outcome.problem !== null)).toEqual([]);
  expect(outcomes.map((outcome) => outcome.state)).toEqual(outcomes.map(() => "completed"));
  for (const { uid } of outcomes) {
    for (const type of ["application.complete", "psychometric_score.complete"]) {
      await receiver.waitFor((webhook) => webhook.answered === 200 && isEvent(webhook, uid, type), 60_000);
      const all = receiver.received.filter((webhook) => isEvent(webhook, uid, type));
      // Delivered again or not: one event, one id, the same bytes, a good signature each time.
      expect(new Set(all.map((webhook) => webhook.body)).size).toBe(1);
      expect(new Set(all.map((webhook) => webhook.headers["webhook-id"])).size).toBe(1);
      for (const webhook of all) verify(webhook, deployment.test);
    }
    const again = await createWithKey(server, deployment.test, { uid });
    expect([again.status, again.body.code]).toEqual([409, "uid_already_used"]);
  }
  const strangers = receiver.received.filter(({ body }) => !outcomes.some(({ uid }) => body.includes(`"${uid}"`)));
  expect(strangers).toEqual([]);
}

test(`kill -9 of the server in the middle of ${SESSIONS} sessions loses nothing that was acknowledged`, async () => {
  const deployment = await createDeployment();
  refuseSome();
  const outcomes = await playThrough(deployment, async () => {
    await server.kill();
    server = await startServer({ dataDir, port });
  });
  await expectNothingLost(deployment, outcomes);
});

test(`kill -9 of PostgreSQL in the middle of ${SESSIONS} sessions loses nothing that was acknowledged`, async () => {
  const deployment = await createDeployment();
  refuseSome();
  const outcomes = await playThrough(deployment, async () => {
    const before = postmaster();
    process.kill(before, "SIGKILL");
    await backInService();
    expect(postmaster()).not.toBe(before);
  });
  await expectNothingLost(deployment, outcomes);
});

/** The first line of postmaster.pid, somewhere below the data folder. */
function postmaster(): number {
  const file = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith("postmaster.pid"),
  );
  if (file === undefined) throw new Error("PostgreSQL does not run in the data folder");
  return Number(readFileSync(join(dataDir, file), "utf8").split("\n")[0]);
}

/** The server may mend itself or end with clear words; in that case its supervisor starts it again. */
async function backInService(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    await delay(200);
    if (!isAlive(server.pid)) {
      server = await startServer({ dataDir, port });
      return;
    }
    const ready = await fetch(`${server.baseUrl}/readyz`).catch(() => null);
    await ready?.arrayBuffer();
    if (ready?.status === 200) return;
  }
  throw new Error(`Not back within ${PATIENCE_MS} ms:\n${server.output().slice(-2000)}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
