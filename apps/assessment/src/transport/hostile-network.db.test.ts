import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Grant } from "@tallystick/contract";
import { digestTrials, findTask, playTask, replay } from "@tallystick/tasks";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// What the database project provides to its tests, as a type.
import type {} from "../../../server/src/testing/global-setup.ts";
import { buildApp } from "../../../server/src/http/app.ts";
import { Applicant, createLender, DEVICE, type Lender } from "../../../server/src/testing/journey.ts";
import { testDeps, type TestDeps } from "../../../server/src/testing/test-deps.ts";
import { FATES, type HostileProxy, seeded, startHostileProxy } from "../../../../tools/harness/hostile-proxy.ts";
import { createClient } from "../journey/client.ts";
import { Journey } from "../journey/journey.ts";
import { FakeStorage } from "../testing/fake-server.ts";
import { createQueueStore } from "./queue-store.ts";
import { sleep } from "./sleep.ts";

/**
 * The page's own transport against the real server and PostgreSQL, once on a clean line and once through a proxy that
 * drops, delays, duplicates and reorders. Seeds depend on the place in the journey alone here, so both plays are of the
 * same games.
 */

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;
let origin: string;
let clean: Played;

interface Played {
  readonly batches: readonly object[];
  readonly attempts: readonly object[];
  readonly facts: readonly object[];
  readonly results: readonly object[];
  readonly conflicts: number;
}

beforeAll(async () => {
  store = await testDeps();
  const deriveSeed = (parts: readonly string[]): string =>
    createHash("sha256").update(parts.slice(2).join("/")).digest("hex").slice(0, 32);
  app = buildApp({ ...store.deps, secrets: { ...store.deps.secrets, deriveSeed } });
  await app.listen({ port: 0, host: "127.0.0.1" });
  origin = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`;
  lender = await createLender(store.deps);
  clean = await storedOf(await playThrough(origin, 1));
});
afterAll(async () => {
  await app.close();
  await store.close();
});

interface Page {
  readonly journey: Journey;
  readonly left: Promise<string>;
  /** The browser is gone: nothing more of this page happens. */
  readonly kill: () => void;
}

/** The applicant's page with all its own parts; pauses are a five-hundredth, so that a tunnel takes milliseconds. */
function openPage(
  base: string,
  place: { sessionId: string; token: string; storage: Storage; random: () => number },
): Page {
  const { sessionId, token, storage, random } = place;
  let isAlive = true;
  const call = createClient({ journeyApi: `${base}/play/${sessionId}/`, token, cookieRefused: true, fetch });
  let onLeave = (_address: string): void => undefined;
  const left = new Promise<string>((resolve) => {
    onLeave = resolve;
  });
  const journey = new Journey({
    call: async (name, body) => {
      const outcome = isAlive ? await call(name, body) : null;
      return isAlive && outcome !== null ? outcome : new Promise<never>(() => undefined);
    },
    store: createQueueStore(storage),
    sleep: (ms) => sleep(ms / 500),
    random,
    sessionId,
    tab: "tab-0123456789",
    newName: () =>
      Array.from({ length: 4 }, () =>
        Math.floor(random() * 65_536)
          .toString(16)
          .padStart(4, "0"),
      ).join(""),
    device: () => Promise.resolve(DEVICE),
    now: () => performance.now(),
    leave: onLeave,
    onChange: () => undefined,
  });
  return {
    journey,
    left,
    kill: () => {
      isAlive = false;
    },
  };
}

/** What the honest player does in this attempt, and what an honest page sees at its end. */
function gameOf({ task, version, seed, parameters }: Grant) {
  const definition = findTask(task, version);
  if (definition === null) throw new Error(`no task ${task}`);
  const inputs = playTask(definition, "honest", { seed, parameters, personSeed: "00112233445566778899aabbccddeeff" });
  return { inputs, digest: digestTrials(replay(definition, { seed, parameters, inputs }).trials) };
}

/** Plays what is on the screen; `share` of it, then the browser dies. */
async function playShown({ journey }: Page, share: number): Promise<void> {
  if (journey.screen.kind !== "task") throw new Error(`no task is on the screen but ${journey.screen.kind}`);
  const { inputs, digest } = gameOf(journey.screen.grant);
  const recorder = journey.recorder(journey.screen.grant);
  for (const [index, input] of inputs.slice(0, Math.ceil(inputs.length * share)).entries()) {
    recorder.record(input);
    if (index % 12 === 11) recorder.cut();
    if (index === 12) journey.note("hidden", { durationMs: 1_500 });
    if (index === 20) journey.note("resized", { viewport: [844, 390] });
    await turn();
  }
  recorder.cut();
  if (share < 1) return;
  recorder.finish(digest);
  await journey.taskDone();
}

/** A whole journey, whose browser dies in the middle of the first task. Returns the session. */
async function playThrough(base: string, seed: number): Promise<string> {
  const random = seeded(seed);
  const session = await lender.session();
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${session.code}`);
  const { sessionId, journeyToken: token } = applicant;
  const storage = new FakeStorage();
  const first = openPage(base, { sessionId, token, storage, random });
  await first.journey.start();
  await first.journey.decide("accepted", { version: "1", language: "en" });
  await playShown(first, 0.6);
  first.kill();
  const second = openPage(base, { sessionId, token, storage, random });
  await second.journey.start();
  for (let task = 0; task < second.journey.tasks.length; task += 1) {
    await playShown(second, 1);
    if (second.journey.screen.kind === "between") await second.journey.goOn();
  }
  expect(await second.left).toContain("outcome=completed");
  expect(storage.length).toBe(0);
  return sessionId;
}

async function storedOf(sessionId: string): Promise<Played> {
  const ask = (sql: string): Promise<readonly object[]> => store.deps.db.query(sql, [lender.companyId, sessionId]);
  const ofSession = "company_id = $1 AND session_id = $2";
  return {
    batches: await ask(
      `SELECT run, task_index, attempt, seq, epoch, body_hash, body FROM input_batches
        WHERE ${ofSession} ORDER BY task_index, attempt, seq`,
    ),
    attempts: await ask(
      `SELECT run, task_index, attempt, state, seed, shown_digest FROM task_attempts
        WHERE ${ofSession} ORDER BY task_index, attempt`,
    ),
    // That the network was away is told; it is the one difference, and costs nothing.
    facts: await ask(
      `SELECT run, kind, details - '{n,opening}'::text[] AS details FROM session_facts
        WHERE ${ofSession} AND kind <> 'offline' ORDER BY kind, details->>'epoch', details->>'task_index'`,
    ),
    results: await ask(`SELECT run, inputs_checksum, score, trust_score, calculated FROM results WHERE ${ofSession}`),
    conflicts: (await ask(`SELECT seq FROM input_conflicts WHERE ${ofSession}`)).length,
  };
}

test("a clean play stores every task, the interrupted attempt beside them, and one verified result", () => {
  expect(clean.attempts).toMatchObject([
    { task_index: 0, attempt: 1, state: "interrupted" },
    { task_index: 0, attempt: 2, state: "done" },
    ...[1, 2, 3, 4].map((task_index) => ({ task_index, attempt: 1, state: "done" })),
  ]);
  expect(clean.batches.length).toBeGreaterThan(10);
  expect(clean.results).toMatchObject([{ calculated: { working: { integrity: "verified" } } }]);
  expect(clean.conflicts).toBe(0);
});

describe("through a proxy that drops, delays, duplicates and reorders requests", () => {
  const proxies: HostileProxy[] = [];

  test.each([11, 12, 13, 14])("seed %i ends with exactly what the clean play stored", async (seed) => {
    const proxy = await startHostileProxy(origin, seed);
    proxies.push(proxy);
    const sessionId = await playThrough(proxy.url, seed);
    await proxy.settle();
    await proxy.close();
    expect(await storedOf(sessionId)).toEqual(clean);
    expect(proxy.unseen.filter((status) => status >= 500)).toEqual([]);
  });

  test("each of its evils happened, and many times", () => {
    for (const fate of FATES) {
      const count = proxies.reduce((sum, { tally }) => sum + tally[fate], 0);
      expect([fate, count >= 10]).toEqual([fate, true]);
    }
  });
});
