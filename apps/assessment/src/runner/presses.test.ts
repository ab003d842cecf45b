import { expect, test } from "vitest";
import { createButtonGate, createPressReader, type PressEvent } from "./presses.ts";

const BOX = { left: 100, top: 200, width: 80, height: 60 };
const click: PressEvent = {
  type: "click",
  isTrusted: true,
  timeStamp: 1000,
  detail: 1,
  clientX: 150.26,
  clientY: 229.94,
  pointerType: "touch",
};

test("a finger's press is its place from the target's centre, to a tenth of a pixel, and that it went down", () => {
  const reader = createPressReader();
  reader.noteDown(900);
  expect(reader.read(click, BOX)).toEqual({ source: "touch", dx: 10.3, dy: -0.1, trusted: true, down: true });
});

test("a pointer's click without a pointer-down is told as such", () => {
  expect(createPressReader().read({ ...click, isTrusted: false }, BOX)).toMatchObject({ trusted: false, down: false });
});

test("one pointer-down serves one click", () => {
  const reader = createPressReader();
  reader.noteDown(900);
  reader.read(click, BOX);
  expect(reader.read({ ...click, timeStamp: 1100 }, BOX)).toMatchObject({ down: false });
});

test("a pointer-down is its own press", () => {
  expect(
    createPressReader().read({ ...click, type: "pointerdown", detail: 0, pointerType: "mouse" }, BOX),
  ).toMatchObject({
    source: "mouse",
    down: true,
  });
});

test("a key's click is 'keyboard', a screen reader's 'assistive'; neither has a place", () => {
  const reader = createPressReader();
  const bare = { ...click, detail: 0, pointerType: "" };
  reader.noteKey(950);
  expect(reader.read(bare, BOX)).toEqual({ source: "keyboard", trusted: true });
  expect(reader.read({ ...bare, timeStamp: 5000 }, BOX)).toEqual({ source: "assistive", trusted: true });
});

test("a script's click is untrusted", () => {
  const scripted = { ...click, detail: 0, pointerType: "", isTrusted: false };
  expect(createPressReader().read(scripted, BOX)).toEqual({ source: "unknown", trusted: false, down: false });
});

test("browsers whose clicks have no pointer type are known by the click's count", () => {
  const { pointerType: _none, ...older } = click;
  expect(createPressReader().read(older, BOX)).toMatchObject({ source: "unknown", dx: 10.3 });
});

test("a button answers neither to a touch that began on the screen before it nor in its first moments", () => {
  const gate = createButtonGate(900);
  expect(gate.admits({ ...click, timeStamp: 5000 })).toBe(false);
  gate.noteDown();
  expect(gate.admits({ ...click, timeStamp: 1000 })).toBe(false);
  gate.noteDown();
  expect(gate.admits({ ...click, timeStamp: 5000 })).toBe(true);
});

test("a button answers to keys and screen readers, which never go down on it", () => {
  expect(createButtonGate(0).admits({ ...click, detail: 0, pointerType: "" })).toBe(true);
});
