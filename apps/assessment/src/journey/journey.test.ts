import { describe, expect, test } from "vitest";
import { FakeServer, FakeStorage, noSleep } from "../testing/fake-server.ts";
import { createQueueStore } from "../transport/queue-store.ts";
import type { CallJourney } from "./client.ts";
import { Journey, type Screen } from "./journey.ts";

let openings = 0;

const TEXT = { version: "1", language: "en" };

function page(server: FakeServer | CallJourney, storage: Storage | null = new FakeStorage(), tab = "tab-one-1") {
  const screens: Screen["kind"][] = [];
  const left: string[] = [];
  const journey = new Journey({
    call: server instanceof FakeServer ? server.page() : server,
    store: createQueueStore(storage),
    sleep: noSleep(),
    random: () => 0,
    sessionId: "ses_1",
    tab,
    newName: () => `opening-${String((openings += 1))}`,
    now: () => performance.now(),
    device: () =>
      Promise.resolve({
        class: "phone",
        pointer: "coarse",
        refresh_hz: 60,
        viewport: [390, 844],
        webdriver: false,
        reduced_motion: false,
        time_zone_offset_minutes: 0,
      }),
    leave: (address) => left.push(address),
    onChange: () => {
      if (screens[screens.length - 1] !== journey.screen.kind) screens.push(journey.screen.kind);
    },
  });
  return { journey, screens, left };
}

/** Plays the task on the screen with `count` inputs, as its view would. */
async function playTask(journey: Journey, count = 100): Promise<void> {
  if (journey.screen.kind !== "task") throw new Error(`no task is on the screen but ${journey.screen.kind}`);
  const recorder = journey.recorder(journey.screen.grant);
  for (let n = 0; n < count; n += 1) recorder.record({ n, at: n, kind: "press" });
  recorder.finish("0123456789abcdef");
  await journey.taskDone();
}

/** Lets what is under way come to rest. */
async function rest(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

describe("a whole journey", () => {
  test("goes from consent through both tasks to the end page", async () => {
    const server = new FakeServer();
    const { journey, left } = page(server);
    await journey.start();
    expect(journey.screen.kind).toBe("consent");
    await journey.decide("accepted", TEXT);
    expect(journey.screen).toMatchObject({ kind: "task", number: 1, total: 2 });
    await playTask(journey);
    expect(journey.screen).toEqual({ kind: "between", done: 1, total: 2 });
    await journey.goOn();
    expect(journey.screen).toMatchObject({ kind: "task", number: 2 });
    await playTask(journey);
    expect(left).toEqual(["/ended"]);
    expect(server.state).toBe("completed");
    expect(server.stored(0, 1)).toHaveLength(100);
    expect(server.stored(1, 1)).toHaveLength(100);
  });

  test("declining ends it at once", async () => {
    const server = new FakeServer();
    const { journey, left } = page(server);
    await journey.start();
    await journey.decide("declined", TEXT);
    expect(left).toEqual(["/ended"]);
    expect(server.state).toBe("cancelled");
  });

  test("stopping for good ends it in the middle of a task", async () => {
    const server = new FakeServer();
    const { journey, left } = page(server);
    await journey.start();
    await journey.decide("accepted", TEXT);
    await journey.stopForGood();
    expect(server.state).toBe("incomplete");
    expect(left).toEqual(["/ended"]);
  });
});

describe("the network", () => {
  test("lost while playing, both tasks can be played, and everything arrives when it is back", async () => {
    const server = new FakeServer();
    const { journey, left } = page(server);
    await journey.start();
    await journey.decide("accepted", TEXT);
    server.fates.push(...Array.from({ length: 40 }, () => "lost_before" as const));
    await playTask(journey);
    await rest();
    await journey.goOn();
    expect(journey.screen.kind).toBe("task");
    await playTask(journey);
    expect(left).toEqual(["/ended"]);
    expect(server.stored(0, 1)).toHaveLength(100);
    expect(journey.reachable).toBe(true);
    const notes = server.calls
      .filter(({ call }) => call === "note")
      .map(({ body }) => JSON.parse(body) as { kind: string });
    expect(notes.map(({ kind }) => kind)).toEqual(["offline"]);
  });

  test("lost for long, the page plays on as far as it has seeds, then waits in words and goes on by itself", async () => {
    const server = new FakeServer(["money_choices", "quick_taps", "money_choices"]);
    const line = { isUp: true };
    const page3 = page(async (call, body) => {
      if (line.isUp) return server.page()(call, body);
      await rest();
      return { ok: false, failure: { kind: "away" } };
    });
    const { journey, left } = page3;
    await journey.start();
    await journey.decide("accepted", TEXT);
    line.isUp = false;
    await playTask(journey);
    await journey.goOn();
    await playTask(journey);
    const goingOn = journey.goOn();
    await rest();
    expect([journey.screen.kind, journey.reachable]).toEqual(["starting", false]);
    line.isUp = true;
    await goingOn;
    expect(journey.screen).toMatchObject({ kind: "task", number: 3 });
    await playTask(journey);
    expect(left).toEqual(["/ended"]);
    for (const task of [0, 1, 2]) expect(server.stored(task, 1)).toHaveLength(100);
  });

  test("that was lost at the very end leaves nothing on the device once the journey is over", async () => {
    const server = new FakeServer(["money_choices"]);
    const storage = new FakeStorage();
    const { journey, left } = page(server, storage);
    await journey.start();
    await journey.decide("accepted", TEXT);
    server.fates.push("arrives", "arrives", "arrives", "arrives", "lost_before", "lost_after", "busy");
    await playTask(journey);
    expect(left).toEqual(["/ended"]);
    await rest();
    expect(storage.length).toBe(0);
  });

  test("lost at the opening, the page waits and then goes on by itself", async () => {
    const server = new FakeServer();
    server.fates.push("lost_before", "busy", "lost_after");
    const { journey } = page(server);
    await journey.start();
    expect(journey.screen.kind).toBe("consent");
  });
});

describe("coming back", () => {
  test("a reload flushes the old page's queue and starts the task anew as the next attempt", async () => {
    const server = new FakeServer();
    const storage = new FakeStorage();
    const first = page(server, storage);
    await first.journey.start();
    await first.journey.decide("accepted", TEXT);
    if (first.journey.screen.kind !== "task") throw new Error("no task");
    const recorder = first.journey.recorder(first.journey.screen.grant);
    server.fates.push("lost_before");
    recorder.record({ n: 0, at: 0, kind: "continue" });
    recorder.cut();

    const second = page(server, storage);
    await second.journey.start();
    expect(server.stored(0, 1)).toHaveLength(1);
    expect(second.journey.screen).toMatchObject({ kind: "task", grant: { attempt: 2 } });
  });

  test("a task that was finished without network is done when the next page opens", async () => {
    const server = new FakeServer();
    const storage = new FakeStorage();
    const first = page(server, storage);
    await first.journey.start();
    await first.journey.decide("accepted", TEXT);
    const off = { on: false };
    const call = server.page(() => !off.on);
    const gone = page(call, storage);
    await gone.journey.start();
    off.on = true;
    await playTask(gone.journey);
    const second = page(server, storage);
    await second.journey.start();
    expect(second.journey.screen).toMatchObject({ kind: "task", number: 2 });
    expect(server.stored(0, 1)).toHaveLength(100);
  });

  test("a second window takes over; the first says so and can take it back", async () => {
    const server = new FakeServer();
    const first = page(server);
    await first.journey.start();
    await first.journey.decide("accepted", TEXT);
    const second = page(server, new FakeStorage(), "tab-two-2");
    await second.journey.start();
    if (first.journey.screen.kind !== "task") throw new Error("no task");
    const recorder = first.journey.recorder(first.journey.screen.grant);
    recorder.record({ n: 0, at: 0, kind: "continue" });
    recorder.cut();
    await rest();
    expect(first.journey.screen.kind).toBe("taken_over");
    await first.journey.continueHere();
    expect(first.journey.screen.kind).toBe("task");
  });

  test("an opening that the network brings twice is no second window", async () => {
    const server = new FakeServer();
    const { journey } = page(server);
    server.fates.push("lost_after", "busy", "lost_after");
    await journey.start();
    await journey.decide("accepted", TEXT);
    expect([journey.screen.kind, server.epoch]).toEqual(["task", 1]);
    for (const { call, body } of server.calls.filter(({ call }) => call === "open")) server.receive(call, body);
    await playTask(journey);
    expect([journey.screen.kind, server.epoch]).toEqual(["between", 1]);
  });

  test("every note has a number of its own, and one of a long absence keeps to what is taken", async () => {
    const server = new FakeServer();
    const { journey } = page(server);
    await journey.start();
    await journey.decide("accepted", TEXT);
    journey.note("hidden", { durationMs: 1e12 });
    journey.note("resized", { viewport: [844, 390] });
    await rest();
    const notes = server.calls
      .filter(({ call }) => call === "note")
      .map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>);
    expect(notes.map(({ n, task_index, duration_ms, viewport }) => [n, task_index, duration_ms, viewport])).toEqual([
      [0, 0, 86_400_000, undefined],
      [1, 0, 0, [844, 390]],
    ]);
  });

  test("an ended journey leads to its end page", async () => {
    const server = new FakeServer();
    server.state = "completed";
    const { journey, left } = page(server);
    await journey.start();
    expect(left).toEqual(["/ended"]);
  });
});

describe("refusals", () => {
  test.each([
    ["journey_unknown", "unknown"],
    ["journey_mismatch", "unknown"],
    ["journey_replaced", "replaced"],
    ["body_invalid", "failed"],
  ] as const)("%s is told as '%s'", async (code, name) => {
    const refuse: CallJourney = () => Promise.resolve({ ok: false, failure: { kind: "refused", code, extra: {} } });
    const { journey } = page(refuse);
    await journey.start();
    expect(journey.screen).toEqual({ kind: "message", name });
  });

  test("a server that never lets the task go on is given up after three re-openings", async () => {
    const server = new FakeServer();
    const { journey } = page(server);
    await journey.start();
    await journey.decide("accepted", TEXT);
    for (let round = 0; round < 4; round += 1) {
      if (journey.screen.kind !== "task") break;
      const recorder = journey.recorder({ ...journey.screen.grant, attempt: 9 });
      recorder.record({ n: 0, at: 0, kind: "continue" });
      recorder.cut();
      await rest();
    }
    expect(journey.screen).toEqual({ kind: "message", name: "failed" });
  });
});
