import { describe, expect, test } from "vitest";
import { watchPage } from "./watch.ts";

/** A kind that a test may take away. */
function typed(type: string): { type: string | undefined } {
  return { type };
}

/** A page whose clock and size are set by hand. */
function page(connectionType: string | null = null) {
  const window = Object.assign(new EventTarget(), { innerWidth: 390, innerHeight: 844 });
  const document = Object.assign(new EventTarget(), { hidden: false });
  const connection = connectionType === null ? null : Object.assign(new EventTarget(), typed(connectionType));
  const notes: [string, object][] = [];
  const clock = { ms: 0 };
  watchPage(
    { window, document, connection, now: () => clock.ms, sleep: () => ({ done: Promise.resolve() }) },
    (kind, details) => notes.push([kind, details]),
  );
  const fire = async (target: EventTarget, name: string): Promise<void> => {
    target.dispatchEvent(new Event(name));
    await Promise.resolve();
    await Promise.resolve();
  };
  return { window, document, connection, notes, clock, fire };
}

describe("focus", () => {
  test("lost and found again is told with how long it was away", async () => {
    const { window, notes, clock, fire } = page();
    await fire(window, "blur");
    clock.ms = 1200;
    await fire(window, "focus");
    expect(notes).toEqual([["blurred", { durationMs: 1200 }]]);
  });

  test("lost for a blink, or together with sight of the page, is not told", async () => {
    const { window, document, notes, clock, fire } = page();
    await fire(window, "blur");
    clock.ms = 100;
    await fire(window, "focus");
    await fire(window, "blur");
    document.hidden = true;
    await fire(document, "visibilitychange");
    clock.ms = 9000;
    document.hidden = false;
    await fire(document, "visibilitychange");
    await fire(window, "focus");
    expect(notes).toEqual([]);
  });
});

describe("size", () => {
  test("of a turned phone is told once, with what it is afterwards", async () => {
    const { window, notes, fire } = page();
    Object.assign(window, { innerWidth: 844, innerHeight: 390 });
    await fire(window, "resize");
    await fire(window, "resize");
    expect(notes).toEqual([["resized", { viewport: [844, 390] }]]);
  });

  test("that changes by the browser's own bar is not told", async () => {
    const { window, notes, fire } = page();
    window.innerHeight = 788;
    await fire(window, "resize");
    expect(notes).toEqual([]);
  });
});

describe("connection", () => {
  test("is told when its kind changes, in coarse words", async () => {
    const { connection, notes, fire } = page("wifi");
    if (connection === null) throw new Error("no connection");
    for (const type of ["wifi", "cellular", "cellular", "ethernet", "bluetooth"]) {
      connection.type = type;
      await fire(connection, "change");
    }
    expect(notes.map(([, details]) => details)).toEqual([
      { connection: "cellular" },
      { connection: "cable" },
      { connection: "other" },
    ]);
  });

  test("of a browser that tells no kind is not told, nor of one that tells nothing at all", async () => {
    const { connection, notes, fire } = page("");
    if (connection === null) throw new Error("no connection");
    connection.type = undefined;
    await fire(connection, "change");
    expect(page(null).notes).toEqual([]);
    expect(notes).toEqual([]);
  });
});

test("each kind is told twenty times and then no more", async () => {
  const { window, notes, clock, fire } = page();
  for (let count = 0; count < 30; count += 1) {
    await fire(window, "blur");
    clock.ms += 1000;
    await fire(window, "focus");
  }
  expect(notes).toHaveLength(20);
});
