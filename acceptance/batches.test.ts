import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Batch,
  batchesOf,
  currentGrant,
  followLink,
  inputsFor,
  type Journey,
  must,
  openAndConsent,
  openRequest,
  type Tab,
} from "../tools/harness/applicant.ts";
import { awaitEvent, newSession } from "./support/lender.ts";
import { openWorld, type World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Playing {
  readonly uid: string;
  readonly link: string;
  readonly tab: Tab;
  readonly journey: Journey;
  readonly batches: readonly Batch[];
}

/** A journey in progress with the batches its first task would send. */
async function playing(): Promise<Playing> {
  const { uid, link } = await newSession(world);
  const tab = await followLink(link);
  const journey = await openAndConsent(tab);
  const grant = currentGrant(journey);
  return { uid, link, tab, journey, batches: batchesOf(journey, grant, inputsFor(grant, { person: uid })) };
}

async function codeOf(answer: Promise<{ status: number; body: unknown }>): Promise<[number, unknown]> {
  const { status, body } = await answer;
  return [status, (body as { code?: unknown }).code];
}

function taskDone({ journey, batches }: Playing): unknown {
  const { run, epoch } = journey;
  return { run, epoch, task_index: 0, attempt: 1, last_seq: batches.length - 1 };
}

describe("batches of inputs", () => {
  test("the same batch again is acknowledged again", async () => {
    const { tab, batches } = await playing();
    const answers = await Promise.all([0, 0, 0].map(() => tab.call("batches", batches[0])));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers.map((answer) => answer.body)).toEqual([0, 0, 0].map(() => ({ acknowledged: 0 })));
  });

  test("another content under the same number is refused, and the first stands", async () => {
    const { tab, batches } = await playing();
    await must(tab.call("batches", batches[0]));
    const other = { ...batches[0], inputs: batches[1]?.inputs };
    expect(await codeOf(tab.call("batches", other))).toEqual([409, "batch_conflict"]);
    expect((await tab.call("batches", batches[0])).status).toBe(200);
  });

  test("a gap is refused with the number that is expected", async () => {
    const { tab, batches } = await playing();
    await must(tab.call("batches", batches[0]));
    const ahead = { ...batches[1], seq: 2 };
    const answer = await tab.call<{ code: string; expected_seq: number }>("batches", ahead);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "batch_gap", expected_seq: 1 });
  });

  test("an attempt that was not granted is refused", async () => {
    const { tab, batches } = await playing();
    expect(await codeOf(tab.call("batches", { ...batches[0], attempt: 2 }))).toEqual([409, "attempt_unknown"]);
    expect(await codeOf(tab.call("batches", { ...batches[0], task_index: 7 }))).toEqual([409, "attempt_unknown"]);
  });

  test.each([
    ["no inputs", { inputs: [] }],
    ["a negative number", { seq: -1 }],
    ["an unknown member", { extra: 1 }],
    ["a text as input", { inputs: ["x"] }],
    ["an input without time", { inputs: [{ n: 0, kind: "press" }] }],
  ])("a batch with %s has the wrong shape", async (_name, change) => {
    const { tab, batches } = await playing();
    expect(await codeOf(tab.call("batches", { ...batches[0], ...change }))).toEqual([422, "body_invalid"]);
  });

  test("inputs that the task refuses are kept, skipped and do not stop the journey", async () => {
    const play = await playing();
    const junk = { n: 0, at: 0, kind: "dance", stimulus: "nowhere" };
    const batches = play.batches.map((batch, index) =>
      index === 0 ? { ...batch, inputs: [...batch.inputs, junk] } : batch,
    );
    for (const batch of batches) await must(play.tab.call("batches", batch));
    const next = await must(play.tab.call<Journey>("task-done", taskDone(play)));
    expect(next.tasks[0]?.done).toBe(true);
  });
});

describe("a task is over once its last batch is there", () => {
  test("task-done before the last batch says what is missing", async () => {
    const play = await playing();
    await must(play.tab.call("batches", play.batches[0]));
    const answer = await play.tab.call<{ code: string }>("task-done", taskDone(play));
    expect([answer.status, answer.body.code]).toEqual([409, "batch_gap"]);
  });

  test("finish before all tasks names what is missing and ends nothing", async () => {
    const play = await playing();
    const { run, epoch } = play.journey;
    const tasks = [{ task_index: 0, attempt: 1, last_seq: play.batches.length - 1 }];
    const answer = await play.tab.call<{ code: string }>("finish", { run, epoch, tasks });
    expect([answer.status, answer.body.code]).toEqual([409, "inputs_missing"]);
    expect((await play.tab.call("batches", play.batches[0])).status).toBe(200);
  });

  test("task-done twice answers twice", async () => {
    const play = await playing();
    for (const batch of play.batches) await must(play.tab.call("batches", batch));
    const [first, second] = [
      await play.tab.call("task-done", taskDone(play)),
      await play.tab.call("task-done", taskDone(play)),
    ];
    expect([first.status, second.status]).toEqual([200, 200]);
  });
});

describe("a journey goes on elsewhere", () => {
  test("another tab takes over: the old one is told so, its batches are refused", async () => {
    const play = await playing();
    const other = await followLink(play.link);
    const taken = await must(other.call<Journey>("open", openRequest()));
    expect(taken.epoch).toBeGreaterThan(play.journey.epoch);
    expect(await codeOf(play.tab.call("batches", play.batches[0]))).toEqual([409, "taken_over"]);
  });

  test("a task with inputs starts again as a new attempt with a new seed; one without is granted again", async () => {
    const play = await playing();
    const untouched = await must(play.tab.call<Journey>("open", openRequest()));
    expect(currentGrant(untouched)).toMatchObject({ attempt: 1, seed: currentGrant(play.journey).seed });
    await must(play.tab.call("batches", { ...play.batches[0], epoch: untouched.epoch }));
    const resumed = await must(play.tab.call<Journey>("open", openRequest()));
    expect(currentGrant(resumed).attempt).toBe(2);
    expect(currentGrant(resumed).seed).not.toBe(currentGrant(play.journey).seed);
  });

  test("at most three attempts: then the task counts as done and the journey can be finished", async () => {
    const play = await playing();
    let journey = play.journey;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const grant = currentGrant(journey);
      expect(grant.attempt).toBe(attempt);
      const [batch] = batchesOf(journey, grant, inputsFor(grant, { person: play.uid }));
      await must(play.tab.call("batches", batch));
      journey = await must(play.tab.call<Journey>("open", openRequest()));
    }
    expect(journey.tasks[0]?.done).toBe(true);
  });

  test("only this task and the next are granted at most", async () => {
    const { journey } = await playing();
    expect(journey.grants.length).toBeLessThanOrEqual(2);
  });
});

test("a journey without usable data ends as incomplete: DATA_UNUSABLE", async () => {
  const { uid, link } = await newSession(world);
  const tab = await followLink(link);
  let journey = await openAndConsent(tab);
  const tasks: { task_index: number; attempt: number; last_seq: number }[] = [];
  while (journey.tasks.some((task) => !task.done)) {
    const { task_index, attempt } = currentGrant(journey);
    const { run, epoch } = journey;
    await must(
      tab.call("batches", { run, epoch, task_index, attempt, seq: 0, inputs: [{ n: 0, at: 0, kind: "dance" }] }),
    );
    tasks.push({ task_index, attempt, last_seq: 0 });
    journey = await must(tab.call<Journey>("task-done", { run, epoch, task_index, attempt, last_seq: 0 }));
  }
  await must(tab.call("finish", { run: journey.run, epoch: journey.epoch, tasks }));
  const { webhook } = await awaitEvent(world, uid, { type: "application.incomplete" });
  expect(webhook.event).toMatchObject({ reasons: ["DATA_UNUSABLE"] });
});
