import { expect, test } from "vitest";
import { createHold } from "./hold.ts";

test("whoever listens hears each change once, until it stops listening", () => {
  const hold = createHold();
  const heard: boolean[] = [];
  const stop = hold.listen((on) => heard.push(on));
  hold.set(true);
  hold.set(true);
  expect([hold.on, heard]).toEqual([true, [true]]);
  hold.set(false);
  stop();
  hold.set(true);
  expect([hold.on, heard]).toEqual([true, [true, false]]);
});
