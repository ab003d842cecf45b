import { pino } from "pino";
import { expect, test } from "vitest";

import { startLoop } from "./loop.ts";

const log = pino({ level: "silent" });

test("passes never overlap, and a stop waits for the one under way and starts no further", async () => {
  let running = 0;
  let passes = 0;
  let finish: () => void = () => {};
  const loop = startLoop({
    name: "test",
    everyMs: 0,
    log,
    pass: async () => {
      running += 1;
      passes += 1;
      expect(running).toBe(1);
      if (passes === 3) await new Promise<void>((resolve) => (finish = resolve));
      running -= 1;
    },
  });
  while (passes < 3) await new Promise((resolve) => setImmediate(resolve));
  const stopped = loop.stop();
  expect(running).toBe(1);
  finish();
  await stopped;
  expect([running, passes]).toEqual([0, 3]);
});

test("a signal wakes the loop at once, also one that comes while it works", async () => {
  let passes = 0;
  let wake: () => void = () => {};
  const loop = startLoop({
    name: "test",
    everyMs: 3_600_000,
    log,
    wakeOn: (listener) => {
      wake = listener;
      return () => {};
    },
    pass: async () => {
      passes += 1;
      if (passes === 1) wake();
    },
  });
  while (passes < 2) await new Promise((resolve) => setImmediate(resolve));
  wake();
  while (passes < 3) await new Promise((resolve) => setImmediate(resolve));
  await loop.stop();
});

test("a pass that fails does not end the loop", async () => {
  let passes = 0;
  const loop = startLoop({
    name: "test",
    everyMs: 0,
    log,
    pass: () => {
      passes += 1;
      return Promise.reject(new Error("expected"));
    },
  });
  while (passes < 3) await new Promise((resolve) => setImmediate(resolve));
  await loop.stop();
});
