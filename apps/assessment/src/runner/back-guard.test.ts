import { expect, test } from "vitest";
import { type BackPage, createBackGuard } from "./back-guard.ts";

/** A browser's history as far as one page sees it: entries, a place, and `popstate` after each step. */
function browser(options: { readonly refuses?: boolean } = {}) {
  const entries: unknown[] = [null];
  let listener = (): void => undefined;
  const left: number[] = [];
  const page: BackPage = {
    history: {
      get state() {
        return entries[entries.length - 1];
      },
      pushState(state: unknown) {
        if (options.refuses === true) throw new DOMException("no", "SecurityError");
        entries.push(state);
      },
      back() {
        press();
      },
    },
    addEventListener(_name, added) {
      listener = added;
    },
  };
  /** The back button: away from the only entry it leaves the page. */
  function press(): void {
    if (entries.length === 1) {
      left.push(1);
      return;
    }
    entries.pop();
    listener();
  }
  return { page, entries, left, press };
}

const never = () => ({ done: new Promise<void>(() => undefined) });

test("the first press of back is caught, the second leaves", () => {
  const { page, left, press } = browser();
  const caught: string[] = [];
  createBackGuard(page, never).listen(() => caught.push("back"));
  press();
  expect([caught, left]).toEqual([["back"], []]);
  press();
  expect([caught, left]).toEqual([["back"], [1]]);
});

test("who goes on playing is caught again", () => {
  const { page, left, press } = browser();
  const caught: string[] = [];
  const guard = createBackGuard(page, never);
  guard.listen(() => caught.push("back"));
  press();
  guard.arm();
  press();
  expect([caught.length, left.length]).toEqual([2, 0]);
});

test("the history grows by one entry however often it is armed, also across a reload", () => {
  const { page, entries } = browser();
  const guard = createBackGuard(page, never);
  guard.listen(() => undefined);
  guard.arm();
  createBackGuard(page, never).listen(() => undefined);
  expect(entries).toHaveLength(2);
});

test("at the end the history is as if nothing had been in it, and the page goes on once", async () => {
  const { page, entries } = browser();
  const guard = createBackGuard(page, () => ({ done: Promise.resolve() }));
  const caught: string[] = [];
  guard.listen(() => caught.push("back"));
  let went = 0;
  guard.release(() => (went += 1));
  await Promise.resolve();
  await Promise.resolve();
  expect([went, entries.length, caught]).toEqual([1, 1, []]);
});

test("a web view that refuses history entries, or swallows going back, is played in and left all the same", async () => {
  const refusing = browser({ refuses: true });
  const guard = createBackGuard(refusing.page, never);
  guard.listen(() => undefined);
  let went = 0;
  guard.release(() => (went += 1));
  expect(went).toBe(1);

  const deaf = browser();
  const silent: BackPage = {
    history: { ...deaf.page.history, state: { "tallystick-guard": true }, back: () => undefined },
    addEventListener: () => undefined,
  };
  createBackGuard(silent, () => ({ done: Promise.resolve() })).release(() => (went += 1));
  await Promise.resolve();
  await Promise.resolve();
  expect(went).toBe(2);
});
