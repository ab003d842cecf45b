import { expect, test } from "vitest";

import { createFreshCache, CREDENTIALS_MAX_AGE_MS } from "./fresh-cache.ts";

function setup(maxEntries?: number) {
  const clock = { ms: 0 };
  const cache = createFreshCache<string>({
    maxAgeMs: CREDENTIALS_MAX_AGE_MS,
    now: () => clock.ms,
    ...(maxEntries !== undefined && { maxEntries }),
  });
  const loads: string[] = [];
  const load = (value: string | null) => async () => {
    loads.push(String(value));
    return value;
  };
  return { clock, cache, loads, load };
}

test("a value is never older than the limit, counted from when its load began", async () => {
  const { clock, cache, load } = setup();
  let arrive: (value: string) => void = () => undefined;
  const slow = cache.get("key", () => new Promise((resolve) => (arrive = resolve)));
  clock.ms = 800;
  arrive("old");
  expect(await slow).toBe("old");
  clock.ms = 899;
  expect(await cache.get("key", load("new"))).toBe("old");
  clock.ms = 900;
  expect(await cache.get("key", load("new"))).toBe("new");
  expect(CREDENTIALS_MAX_AGE_MS).toBeLessThan(1000);
});

test("simultaneous misses share one load", async () => {
  const { cache, loads, load } = setup();
  const values = await Promise.all(Array.from({ length: 10 }, () => cache.get("key", load("one"))));
  expect(new Set(values)).toEqual(new Set(["one"]));
  expect(loads).toEqual(["one"]);
});

test("what was not there is asked again at once, and so is what failed", async () => {
  const { cache, load } = setup();
  expect(await cache.get("key", load(null))).toBeNull();
  expect(await cache.get("key", load("created"))).toBe("created");
  await expect(cache.get("other", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await cache.get("other", load("back"))).toBe("back");
});

test("made-up keys can not fill the memory", async () => {
  const { cache, loads, load } = setup(3);
  for (const key of ["a", "b", "c", "d"]) await cache.get(key, load(key));
  await cache.get("d", load("again"));
  await cache.get("a", load("again"));
  expect(loads).toEqual(["a", "b", "c", "d", "again"]);
});
