import fc from "fast-check";
import { expect, it } from "vitest";

import { createLanes, type Impression, type Lanes } from "./lanes.ts";

const LIMITS = { total: 16, start: 2, max: 8, ahead: 0, perSecond: 1_000 };

function roomOf(lanes: Lanes, endpointId: string): number {
  const { endpointIds, rooms } = lanes.known("cmp");
  const index = endpointIds.indexOf(endpointId);
  return index === -1 ? lanes.defaultRoom() : (rooms[index] ?? Number.NaN);
}

function pass(lanes: Lanes, endpointId: string, impression: Impression): void {
  const endpoint = { companyId: "cmp", endpointId };
  lanes.take(endpoint);
  lanes.give(endpoint, impression);
}

it("an endpoint begins narrow, doubles with each brisk success up to the maximum, and falls to one", () => {
  const lanes = createLanes(LIMITS);
  expect(roomOf(lanes, "a")).toBe(2);
  const widths = [4, 8, 8];
  for (const width of widths) {
    pass(lanes, "a", "brisk");
    expect(roomOf(lanes, "a")).toBe(width);
  }
  pass(lanes, "a", "unknown");
  expect(roomOf(lanes, "a")).toBe(8);
  pass(lanes, "a", "slow");
  expect(roomOf(lanes, "a")).toBe(1);
  pass(lanes, "a", "brisk");
  pass(lanes, "a", "failed");
  expect(roomOf(lanes, "a")).toBe(1);
});

it("an endpoint is idle with room for more and nothing under way or waiting, whose end would call for it", () => {
  let atMs = 0;
  const lanes = createLanes({ ...LIMITS, perSecond: 2 }, () => atMs);
  const endpoint = { companyId: "cmp", endpointId: "a" };
  expect(lanes.isIdle(endpoint)).toBe(true);
  lanes.wait(endpoint, 1);
  expect(lanes.isIdle(endpoint)).toBe(false);
  lanes.wait(endpoint, -1);
  lanes.take(endpoint);
  expect(lanes.isIdle(endpoint)).toBe(false);
  lanes.give(endpoint, "brisk");
  pass(lanes, "a", "brisk");
  // Its rate is used up for half a second: a rest, which ends by itself.
  expect(lanes.isIdle(endpoint)).toBe(false);
  atMs = 500;
  expect(lanes.isIdle(endpoint)).toBe(true);
});

it("endpoints that never answered leave half of the slots to those that did", () => {
  const lanes = createLanes(LIMITS);
  pass(lanes, "good", "brisk");
  for (let index = 0; index < 8; index++) lanes.take({ companyId: "cmp", endpointId: `hanging-${index}` });
  expect(lanes.defaultRoom()).toBe(0);
  expect(roomOf(lanes, "hanging-0")).toBe(0);
  expect(roomOf(lanes, "good")).toBe(4);
  expect(lanes.free()).toBe(8);
});

it("an endpoint that stays silent rests ever longer between two probes, until it says anything", () => {
  let now = 0;
  const lanes = createLanes(LIMITS, () => now);
  for (let index = 0; index < 4; index++) pass(lanes, "a", "silent");
  expect([roomOf(lanes, "a"), lanes.restMs("cmp")]).toEqual([1, null]);
  for (const restMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    pass(lanes, "a", "silent");
    expect([roomOf(lanes, "a"), lanes.restMs("cmp")]).toEqual([0, restMs]);
    now += restMs;
    expect([roomOf(lanes, "a"), lanes.restMs("cmp")]).toEqual([1, null]);
  }
  // A refusal is an answer: somebody is there.
  pass(lanes, "a", "failed");
  pass(lanes, "a", "silent");
  expect([roomOf(lanes, "a"), lanes.restMs("cmp")]).toEqual([1, null]);
  pass(lanes, "a", "brisk");
  expect(roomOf(lanes, "a")).toBe(2);
});

it("no endpoint gets more than its rate, whatever its width, and others are not held up by it", () => {
  let now = 0;
  const lanes = createLanes({ ...LIMITS, perSecond: 100 }, () => now);
  let taken = 0;
  for (; now < 10_000; now += 1) {
    for (let room = roomOf(lanes, "a"); room > 0; room--) {
      pass(lanes, "a", "brisk");
      taken += 1;
    }
    expect(roomOf(lanes, "b")).toBe(2);
  }
  // A second's worth at once, then the rate.
  expect(taken).toBeGreaterThan(1_050);
  expect(taken).toBeLessThanOrEqual(1_101);
});

it("a swift endpoint at its full width gets more ahead, until it is less than swift or slots are scarce", () => {
  const lanes = createLanes({ ...LIMITS, ahead: 24 });
  const swift = { companyId: "cmp", endpointId: "a" };
  for (let index = 0; index < 3; index++) pass(lanes, "a", "swift");
  expect(roomOf(lanes, "a")).toBe(8 + 24);
  for (let index = 0; index < 8; index++) lanes.take(swift);
  expect([roomOf(lanes, "a"), lanes.mayStart(swift)]).toEqual([24, false]);
  lanes.wait(swift, 20);
  expect([roomOf(lanes, "a"), lanes.isHalfEmpty(swift), lanes.free()]).toEqual([4, false, 8]);
  lanes.wait(swift, -12);
  expect([roomOf(lanes, "a"), lanes.isHalfEmpty(swift)]).toEqual([16, true]);
  lanes.take({ companyId: "cmp", endpointId: "b" });
  expect(roomOf(lanes, "a")).toBe(0);
  lanes.give({ companyId: "cmp", endpointId: "b" }, "unknown");
  lanes.give(swift, "brisk");
  expect([roomOf(lanes, "a"), lanes.mayStart(swift)]).toEqual([0, true]);
});

it("the only attempt of an endpoint may always begin: nothing waits that nobody would call", () => {
  const lanes = createLanes(LIMITS);
  for (let index = 0; index < LIMITS.total; index++) lanes.take({ companyId: "cmp", endpointId: `full-${index}` });
  expect(lanes.free()).toBe(0);
  expect(lanes.mayStart({ companyId: "cmp", endpointId: "late" })).toBe(true);
  expect(lanes.mayStart({ companyId: "cmp", endpointId: "full-0" })).toBe(false);
});

it("one company's lanes are not another's", () => {
  const lanes = createLanes(LIMITS);
  pass(lanes, "a", "failed");
  expect(lanes.known("other").endpointIds).toEqual([]);
});

it("whatever happens, no more is under way than there are slots, and every slot comes back", () => {
  const impression = fc.constantFrom<Impression[]>("brisk", "slow", "failed", "silent", "unknown");
  const step = fc.record({ endpoint: fc.integer({ min: 0, max: 5 }), give: fc.option(impression, { nil: null }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const lanes = createLanes(LIMITS);
      const underWay: string[] = [];
      for (const { endpoint, give } of steps) {
        const endpointId = String(endpoint);
        if (give === null) {
          if (roomOf(lanes, endpointId) === 0) continue;
          lanes.take({ companyId: "cmp", endpointId });
          underWay.push(endpointId);
        } else if (underWay.includes(endpointId)) {
          lanes.give({ companyId: "cmp", endpointId }, give);
          underWay.splice(underWay.indexOf(endpointId), 1);
        }
        expect(lanes.inFlight()).toBe(underWay.length);
        expect(lanes.free()).toBeGreaterThanOrEqual(0);
        expect(lanes.known("cmp").rooms.every((room) => room >= 0 && room <= LIMITS.max)).toBe(true);
      }
      for (const endpointId of underWay) lanes.give({ companyId: "cmp", endpointId }, "brisk");
      expect(lanes.free()).toBe(LIMITS.total);
      pass(lanes, "fresh", "brisk");
      expect(lanes.defaultRoom()).toBe(LIMITS.start);
    }),
  );
});
