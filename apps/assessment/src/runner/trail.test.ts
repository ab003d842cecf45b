import { describe, expect, test } from "vitest";
import { createPressReader } from "./presses.ts";
import { createTrail, type TrailEvent, type TrailTarget } from "./trail.ts";

const CENTRE = { x: 100, y: 100 };

/** A document that only knows pointers. */
function pointers() {
  const listeners = new Map<string, (event: TrailEvent) => void>();
  const target: TrailTarget = { addEventListener: (name, listener) => listeners.set(name, listener) };
  const send = (
    name: "pointerdown" | "pointermove",
    pointerType: string,
    [at, x, y]: [number, number, number],
  ): void => {
    listeners.get(name)?.({ timeStamp: at, clientX: x, clientY: y, pointerType });
  };
  return { target, send };
}

describe("the way of a mouse", () => {
  test("is told as triples of ms before the press and place from the centre, oldest first", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    send("pointermove", "mouse", [1000, 40, 60]);
    send("pointermove", "mouse", [1100, 70.26, 80]);
    send("pointermove", "mouse", [1200, 98, 101]);
    expect(trail.take(1250, CENTRE)).toEqual([250, -60, -40, 150, -29.7, -20, 50, -2, 1]);
  });

  test("has twenty points at most, the first and the last among them, however much it moved", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    for (let ms = 0; ms <= 1400; ms += 4) send("pointermove", "mouse", [ms, ms / 10, 100]);
    const path = trail.take(1400, CENTRE) ?? [];
    expect(path).toHaveLength(60);
    const times = path.filter((_, index) => index % 3 === 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect([times[0], times[19]]).toEqual([1400, 8]);
  });

  test("begins anew after each press, and movement of more than a second and a half ago is no part of it", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    send("pointermove", "mouse", [0, 0, 0]);
    send("pointermove", "mouse", [2000, 50, 50]);
    send("pointermove", "mouse", [2100, 90, 90]);
    expect(trail.take(2200, CENTRE)).toEqual([200, -50, -50, 100, -10, -10]);
    expect(trail.take(2300, CENTRE)).toBeNull();
  });
});

describe("the way of a finger", () => {
  test("that only lands is none, also when it rolls by a pixel", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    send("pointerdown", "touch", [500, 100, 100]);
    send("pointermove", "touch", [540, 101, 101]);
    expect(trail.take(560, CENTRE)).toBeNull();
  });

  test("that slides is its own from where it went down, nothing of the touch before", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    send("pointerdown", "touch", [400, 10, 10]);
    send("pointerdown", "touch", [500, 90, 100]);
    send("pointermove", "touch", [540, 99, 100]);
    expect(trail.take(560, CENTRE)).toEqual([60, -10, 0, 20, -1, 0]);
  });

  test("shares nothing with a mouse on the same screen", () => {
    const { target, send } = pointers();
    const trail = createTrail(target);
    send("pointermove", "mouse", [300, 0, 0]);
    send("pointermove", "touch", [340, 100, 100]);
    expect(trail.take(360, CENTRE)).toBeNull();
  });
});

test("a press carries its way when there is one, and no empty one when there is not", () => {
  const { target, send } = pointers();
  const reader = createPressReader(createTrail(target));
  const click = {
    type: "click",
    isTrusted: true,
    timeStamp: 1000,
    detail: 1,
    clientX: 100,
    clientY: 100,
    pointerType: "mouse",
  };
  const box = { left: 60, top: 70, width: 80, height: 60 };
  send("pointermove", "mouse", [900, 60, 100]);
  send("pointermove", "mouse", [960, 100, 100]);
  reader.noteDown(980);
  expect(reader.read(click, box)).toEqual({
    source: "mouse",
    dx: 0,
    dy: 0,
    trusted: true,
    down: true,
    path: [100, -40, 0, 40, 0, 0],
  });
  expect(reader.read({ ...click, timeStamp: 1100 }, box)).not.toHaveProperty("path");
});
