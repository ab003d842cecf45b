import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRecorder } from "../runner/recorder.ts";
import { type Fate, FakeServer, FakeStorage, noSleep } from "../testing/fake-server.ts";
import { flushEarlierPages } from "./flush.ts";
import type { Operation } from "./operation.ts";
import { createQueueStore } from "./queue-store.ts";
import { type Halt, pauseMs, Sender, type SenderDeps } from "./sender.ts";

const SESSION = "ses_1";

function openServer(): FakeServer {
  const server = new FakeServer();
  server.state = "in_progress";
  server.receive("open", "{}");
  return server;
}

function depsOf(server: FakeServer, storage: Storage | null, isAlive: () => boolean = () => true): SenderDeps {
  return { call: server.page(isAlive), store: createQueueStore(storage), sleep: noSleep(), random: () => 0.5 };
}

function batch(epoch: number, seq: number, content: unknown = seq, attempt = 1): Operation {
  const body = { run: 1, epoch, task_index: 0, attempt, seq, inputs: [{ n: seq, at: 0, kind: "press", content }] };
  return { call: "batches", body: JSON.stringify(body) };
}

describe("sending", () => {
  test("batches arrive in order, and the store is empty afterwards", async () => {
    const server = openServer();
    const storage = new FakeStorage();
    const sender = new Sender(depsOf(server, storage), { sessionId: SESSION, run: 1, epoch: 1 });
    for (let seq = 0; seq < 5; seq += 1) sender.enqueue(batch(1, seq));
    expect(storage.length).toBe(5);
    expect(await sender.settled()).toBeNull();
    expect(server.stored(0, 1)).toHaveLength(5);
    expect(storage.length).toBe(0);
  });

  test("a lost answer, a lost request and a busy server cost nothing and are told as unreachable, once", async () => {
    const server = openServer();
    server.fates.push("lost_after", "lost_before", "busy");
    const reachable: boolean[] = [];
    const sender = new Sender(
      depsOf(server, null),
      { sessionId: SESSION, run: 1, epoch: 1 },
      { events: { onReachable: (now) => reachable.push(now) } },
    );
    sender.enqueue(batch(1, 0));
    sender.enqueue(batch(1, 1));
    await sender.settled();
    expect(server.stored(0, 1)).toHaveLength(2);
    expect(reachable).toEqual([false, true]);
  });

  test("a batch number stored with other content is passed over: the stored one stands", async () => {
    const server = openServer();
    server.receive("batches", batch(1, 0, "other").body);
    const sender = new Sender(depsOf(server, null), { sessionId: SESSION, run: 1, epoch: 1 });
    sender.enqueue(batch(1, 0));
    sender.enqueue(batch(1, 1));
    expect(await sender.settled()).toBeNull();
    expect(server.stored(0, 1)).toHaveLength(2);
  });

  test("after a take-over nothing more is sent and nothing is kept", async () => {
    const server = openServer();
    server.receive("open", "{}");
    const storage = new FakeStorage();
    const halts: Halt[] = [];
    const sender = new Sender(
      depsOf(server, storage),
      { sessionId: SESSION, run: 1, epoch: 1 },
      { events: { onHalt: (halt) => halts.push(halt) } },
    );
    sender.enqueue(batch(1, 0));
    sender.enqueue(batch(1, 1));
    expect((await sender.settled())?.code).toBe("taken_over");
    sender.enqueue(batch(1, 2));
    expect(halts.map(({ code }) => code)).toEqual(["taken_over"]);
    expect(server.calls.filter(({ call }) => call === "batches")).toHaveLength(1);
    expect(storage.length).toBe(0);
  });

  test("a page without proof keeps its queue for the next one that the link opens", async () => {
    const storage = new FakeStorage();
    const refusing: SenderDeps = {
      ...depsOf(openServer(), storage),
      call: () => Promise.resolve({ ok: false, failure: { kind: "refused", code: "journey_unknown", extra: {} } }),
    };
    const sender = new Sender(refusing, { sessionId: SESSION, run: 1, epoch: 1 });
    sender.enqueue(batch(1, 0));
    await sender.settled();
    expect(storage.length).toBe(1);
  });
});

describe("pauses", () => {
  test("they double from half a second to fifteen, half of it at random, and heed Retry-After", () => {
    const away = { kind: "away" } as const;
    expect([1, 2, 3, 6, 50].map((failures) => pauseMs(away, failures, () => 1))).toEqual([
      500, 1000, 2000, 15000, 15000,
    ]);
    expect(pauseMs(away, 3, () => 0)).toBe(1000);
    expect(pauseMs({ kind: "busy", retryAfterMs: 7000 }, 1, () => 1)).toBe(7000);
  });
});

describe("storage", () => {
  test("a blocked storage sends from memory and says that it is not durable", async () => {
    const server = openServer();
    const deps = depsOf(server, new FakeStorage(0));
    const sender = new Sender(deps, { sessionId: SESSION, run: 1, epoch: 1 });
    sender.enqueue(batch(1, 0));
    expect(await sender.settled()).toBeNull();
    expect(server.stored(0, 1)).toHaveLength(1);
    expect(deps.store.durable).toBe(false);
  });

  test("queues of other sessions are neither read nor touched", async () => {
    const storage = new FakeStorage();
    const store = createQueueStore(storage);
    store.put({ sessionId: "ses_2", run: 1, epoch: 1 }, { position: 0, operation: batch(1, 0) });
    store.put({ sessionId: "ses_1x", run: 1, epoch: 1 }, { position: 0, operation: batch(1, 0) });
    const server = openServer();
    await flushEarlierPages(depsOf(server, storage), SESSION);
    expect(server.stored(0, 1)).toEqual([]);
    expect(storage.length).toBe(2);
  });

  test("an unreadable item is passed over", () => {
    const storage = new FakeStorage();
    storage.setItem(`tallystick/queue/${SESSION}/1/1/0`, '{"call":"batc');
    expect(createQueueStore(storage).load(SESSION)).toEqual([]);
  });
});

type Step =
  | { readonly do: "play"; readonly inputs: number }
  | { readonly do: "fail"; readonly fates: readonly Fate[] }
  | { readonly do: "breathe"; readonly turns: number }
  | { readonly do: "reload" }
  | { readonly do: "late"; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("play"), inputs: fc.integer({ min: 1, max: 90 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fail"),
      fates: fc.array(fc.constantFrom<Fate>("lost_before", "lost_after", "busy", "arrives"), { maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("breathe"), turns: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reload") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("late"), which: fc.nat() }) },
);

test("any pattern of failures, reloads and late copies delivers each batch exactly once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const server = openServer();
      const storage = new FakeStorage();
      const expected = new Map<number, unknown[]>();
      let attempt = 1;
      let page = startPage();

      function startPage() {
        const state = { alive: true };
        const deps = depsOf(server, storage, () => state.alive);
        const key = { sessionId: SESSION, run: 1, epoch: server.epoch };
        const sender = new Sender(deps, key);
        const attemptKey = { run: 1, epoch: server.epoch, taskIndex: 0, attempt };
        const recorder = createRecorder(attemptKey, (operation) => {
          const { inputs } = JSON.parse(operation.body) as { inputs: unknown[] };
          expected.set(attempt, [...(expected.get(attempt) ?? []), ...inputs]);
          sender.enqueue(operation);
        });
        return { state, deps, sender, recorder, n: 0 };
      }

      for (const next of steps) {
        if (next.do === "play") {
          for (let i = 0; i < next.inputs; i += 1)
            page.recorder.record({ n: page.n++, at: page.n * 10, kind: "press" });
          page.recorder.cut();
        } else if (next.do === "fail") {
          server.fates.push(...next.fates);
        } else if (next.do === "breathe") {
          for (let i = 0; i < next.turns; i += 1) await Promise.resolve();
        } else if (next.do === "late") {
          const copy = server.calls[next.which % Math.max(1, server.calls.length)];
          if (copy?.call === "batches") server.receive(copy.call, copy.body);
        } else {
          page.state.alive = false;
          await flushEarlierPages(depsOf(server, storage), SESSION);
          server.fates.length = 0;
          server.receive("open", "{}");
          attempt = server.attempts.filter(({ taskIndex }) => taskIndex === 0).length;
          page = startPage();
        }
      }
      expect(await page.sender.settled()).toBeNull();
      for (const [number, inputs] of expected) expect(server.stored(0, number)).toEqual(inputs);
      expect(storage.length).toBe(0);
    }),
    { numRuns: 300 },
  );
});
