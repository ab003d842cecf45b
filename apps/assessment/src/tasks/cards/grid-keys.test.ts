import { expect, test } from "vitest";
import { boxBeside, isMove, type Place, TABLE_KEYS } from "./grid-keys.ts";

const place = (current: number, more: Partial<Place> = {}): Place => ({
  current,
  boxes: 32,
  columns: 6,
  rightToLeft: false,
  ...more,
});

test("arrows lead to the box on that side of the screen, in either direction of writing", () => {
  expect(boxBeside(place(7), "ArrowRight")).toBe(8);
  expect(boxBeside(place(7), "ArrowLeft")).toBe(6);
  expect(boxBeside(place(7, { rightToLeft: true }), "ArrowRight")).toBe(6);
  expect(boxBeside(place(7, { rightToLeft: true }), "ArrowLeft")).toBe(8);
});

test("up and down keep the column, whatever the screen's number of columns", () => {
  for (const columns of [4, 6, 8]) {
    expect(boxBeside(place(9, { columns }), "ArrowDown")).toBe(9 + columns);
    expect(boxBeside(place(9, { columns }), "ArrowUp")).toBe(9 - columns);
  }
});

test("at the edges the focus stays, also above the gap of an unfinished last row", () => {
  expect(boxBeside(place(0), "ArrowLeft")).toBe(0);
  expect(boxBeside(place(3), "ArrowUp")).toBe(3);
  expect(boxBeside(place(31), "ArrowRight")).toBe(31);
  expect(boxBeside(place(27), "ArrowDown")).toBe(27);
});

test("every box can be reached by arrows from the first one", () => {
  const reached = new Set([0]);
  for (const box of reached) {
    for (const move of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const)
      reached.add(boxBeside(place(box), move));
  }
  expect(reached.size).toBe(32);
});

test("S and 0 stop; every other key of the table moves", () => {
  const stops = Object.entries(TABLE_KEYS).filter(([, choice]) => !isMove(choice));
  expect(stops).toEqual([
    ["0", "stop"],
    ["s", "stop"],
    ["S", "stop"],
  ]);
});
