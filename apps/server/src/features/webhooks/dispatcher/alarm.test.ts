import { expect, it } from "vitest";

import { createAlarm } from "./alarm.ts";

const LONG_MS = 60_000;

it("a ring ends the sleep, and one that came while awake prevents it", async () => {
  const alarm = createAlarm();
  const sleeping = alarm.sleep(LONG_MS);
  alarm.ring();
  await sleeping;
  alarm.ring();
  alarm.ring();
  await alarm.sleep(LONG_MS);
});

it("a ring is used up by the sleep it ended", async () => {
  const alarm = createAlarm();
  alarm.ring();
  await alarm.sleep(LONG_MS);
  const startedAt = performance.now();
  await alarm.sleep(30);
  expect(performance.now() - startedAt).toBeGreaterThan(20);
});
