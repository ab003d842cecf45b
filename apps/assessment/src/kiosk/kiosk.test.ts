import { describe, expect, test } from "vitest";
import { closeJourney } from "./close.ts";
import { forgetJourneys } from "./forget.ts";
import { createIdleWatch, IDLE_MS, QUESTION_MS } from "./idle.ts";
import { keepAwake } from "./wake-lock.ts";

/** A watch over a clock that the test moves. */
function watched() {
  const heard: string[] = [];
  let clock = 1_000;
  const watch = createIdleWatch(() => clock, {
    onAsk: () => heard.push("ask"),
    onAnswer: () => heard.push("answer"),
    onGone: () => heard.push("gone"),
  });
  return {
    heard,
    seen: watch.seen,
    pass: (ms: number) => {
      clock += ms;
      watch.tick();
    },
  };
}

describe("a device that nobody touches", () => {
  test("is left alone as long as somebody does", () => {
    const { heard, seen, pass } = watched();
    for (let times = 0; times < 50; times += 1) {
      pass(IDLE_MS - 1);
      seen();
    }
    expect(heard).toEqual([]);
  });

  test("asks once, and goes on when somebody answers", () => {
    const { heard, seen, pass } = watched();
    pass(IDLE_MS);
    pass(QUESTION_MS - 1);
    seen();
    pass(IDLE_MS - 1);
    expect(heard).toEqual(["ask", "answer"]);
  });

  test("makes room when nobody answers, once and for good", () => {
    const { heard, seen, pass } = watched();
    pass(IDLE_MS);
    pass(QUESTION_MS);
    seen();
    pass(IDLE_MS + QUESTION_MS);
    expect(heard).toEqual(["ask", "gone"]);
  });

  test("that slept past the question makes room at once: whoever wakes it may be another person", () => {
    const { heard, pass } = watched();
    pass(10 * IDLE_MS);
    expect(heard).toEqual(["gone"]);
  });
});

describe("leaving a journey", () => {
  function closing(options: { readonly sentAfter: number; readonly offlineFor: number }) {
    const heard: string[] = [];
    let [looks, calls] = [0, 0];
    const done = closeJourney({
      staffScreen: "/kiosk/x",
      isSent: () => {
        looks += 1;
        return looks > options.sentAfter;
      },
      fetch: async () => {
        calls += 1;
        heard.push("ask");
        if (calls <= options.offlineFor) throw new TypeError("offline");
        return { ok: calls > options.offlineFor + 1 };
      },
      sleep: () => ({ done: Promise.resolve() }),
      forget: () => heard.push("forget"),
      replace: (address) => heard.push(address),
    });
    return { done, heard, looks: () => looks };
  }

  test("sends what waits, then waits for a server that answers, forgets, and only then goes", async () => {
    const { done, heard, looks } = closing({ sentAfter: 3, offlineFor: 2 });
    await done;
    expect(looks()).toBe(4);
    expect(heard).toEqual(["ask", "ask", "ask", "ask", "forget", "/kiosk/x"]);
  });

  test("does not wait for ever for what can not be sent", async () => {
    const { done, heard } = closing({ sentAfter: Number.POSITIVE_INFINITY, offlineFor: 0 });
    await done;
    expect(heard.at(-1)).toBe("/kiosk/x");
  });
});

test("forgetting removes what journeys left, and nothing of another page", () => {
  const items = new Map([
    ["tallystick/queue/ses_1/1/1/0", "x"],
    ["tallystick/tab", "y"],
    ["beacon/theme", "dark"],
  ]);
  const storage = {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    removeItem: (name: string) => items.delete(name),
  } as unknown as Storage;
  forgetJourneys([storage, null]);
  expect([...items.keys()]).toEqual(["beacon/theme"]);
});

describe("the screen", () => {
  test("is kept on from the start, and again each time the page comes back into sight", () => {
    let asked = 0;
    let visible = true;
    const listeners: (() => void)[] = [];
    keepAwake({
      wakeLock: {
        request: () => {
          asked += 1;
          return Promise.reject(new Error("battery saver"));
        },
      },
      isVisible: () => visible,
      onVisibility: (listener) => listeners.push(listener),
    });
    expect(asked).toBe(1);
    for (const sight of [false, true]) {
      visible = sight;
      for (const listener of listeners) listener();
    }
    expect(asked).toBe(2);
  });

  test("is left to the browser where it offers no wake lock", () => {
    const onVisibility = () => expect.fail("nothing to ask for");
    keepAwake({ wakeLock: undefined, isVisible: () => true, onVisibility });
  });
});
