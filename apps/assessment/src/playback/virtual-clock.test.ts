import { expect, test } from "vitest";
import { createVirtualClock } from "./virtual-clock.ts";

test("timers fire when their time is passed, in its order and at its time, and not before", () => {
  const clock = createVirtualClock(1_000);
  const fired: (readonly [string, number])[] = [];
  const note = (name: string) => () => fired.push([name, clock.now()]);
  clock.after(300, note("late"));
  clock.after(100, note("early"));
  clock.after(-50, note("due"));
  const cancel = clock.after(200, note("never"));
  cancel();
  clock.set(1_099);
  expect(fired).toEqual([["due", 1_000]]);
  clock.set(5_000);
  expect(fired.slice(1)).toEqual([
    ["early", 1_100],
    ["late", 1_300],
  ]);
  expect(clock.now()).toBe(5_000);
});

test("a frame comes once for each setting, after the timers, and may ask for the next", () => {
  const clock = createVirtualClock(0);
  const seen: string[] = [];
  clock.after(10, () => seen.push("timer"));
  const step = (stamp: number): void => {
    seen.push(`frame ${String(stamp)}`);
    clock.frame(step);
  };
  clock.frame(step);
  clock.frame(() => seen.push("never"))();
  expect(seen).toEqual([]);
  clock.set(20);
  clock.set(40);
  expect(seen).toEqual(["timer", "frame 20", "frame 40"]);
});
