import { describe, expect, test } from "vitest";

import type { Deps } from "../../../infra/deps.ts";
import { createSecrets } from "../../../infra/secrets.ts";
import { TEST_CONFIG } from "../../../testing/test-deps.ts";
import { describeAgent, knownBrowser, rememberBrowser } from "./browser.ts";

const secrets = createSecrets({
  ring: [{ id: "1", key: Buffer.alloc(32, 1) }],
  pepper: Buffer.alloc(32, 2),
  seedKey: Buffer.alloc(32, 3),
});
const deps = { config: TEST_CONFIG, secrets } as Deps;
const ANA = "ana@lender.example";

function cookieOf(line: string): string {
  return line.split(";")[0] ?? "";
}

describe("a browser", () => {
  test("is a stranger until somebody signed in, and then known for that person alone", () => {
    expect(knownBrowser(deps, undefined, ANA)).toBeNull();
    const cookie = cookieOf(rememberBrowser(deps, undefined, ANA));
    expect(knownBrowser(deps, cookie, ANA)).toMatch(/^[\w-]{16}$/);
    expect(knownBrowser(deps, cookie, "ben@lender.example")).toBeNull();
  });

  test("keeps its nonce through further sign-ins, so that they empty no bucket of tries", () => {
    const first = cookieOf(rememberBrowser(deps, undefined, ANA));
    const second = cookieOf(rememberBrowser(deps, first, ANA));
    expect(knownBrowser(deps, second, ANA)).toBe(knownBrowser(deps, first, ANA));
  });

  test("knows the last five people who share it", () => {
    let cookie = "";
    const people = [1, 2, 3, 4, 5, 6].map((n) => `person-${n}@lender.example`);
    for (const person of people) cookie = cookieOf(rememberBrowser(deps, cookie, person));
    const known = people.map((person) => knownBrowser(deps, cookie, person) !== null);
    expect(known).toEqual([false, true, true, true, true, true]);
    expect(cookie.length).toBeLessThan(1000);
  });

  test("is known no longer when its cookie was changed in any place", () => {
    const cookie = cookieOf(rememberBrowser(deps, undefined, ANA));
    const start = cookie.indexOf("=") + 1;
    for (let i = start; i < cookie.length; i++) {
      const changed = cookie.slice(0, i) + (cookie[i] === "1" ? "2" : "1") + cookie.slice(i + 1);
      expect(knownBrowser(deps, changed, ANA), changed).toBeNull();
    }
  });
});

test.each([
  [undefined, null],
  ["", null],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iOS",
  ],
  ["curl/8.5.0", "curl"],
  [`${"x".repeat(500)}`, "x".repeat(40)],
  ["<script>", null],
])("the browser's own words %j become %j", (header, words) => {
  expect(describeAgent(header)).toBe(words);
});
