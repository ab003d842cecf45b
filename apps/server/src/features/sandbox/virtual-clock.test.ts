import fc from "fast-check";
import { expect, test } from "vitest";

import { startClock } from "./virtual-clock.ts";

test("virtual time never goes backwards and never passes the present, at which it ends", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10_000, max: 400_000 }), { maxLength: 20 }), (steps) => {
      const end = new Date("2026-11-23T09:00:00Z");
      const clock = startClock({ end, lengthMs: 300_000 });
      let before = clock.now().getTime();
      for (const step of steps) {
        clock.advance(step);
        const now = clock.now().getTime();
        expect(now).toBeGreaterThanOrEqual(before);
        expect(now).toBeLessThan(end.getTime());
        before = now;
      }
      clock.jumpToEnd();
      expect(clock.now()).toEqual(end);
    }),
  );
});
