import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { listCompanies } from "../features/companies/service.ts";
import { sessionByLink } from "../features/sessions/service.ts";
import { buildApp } from "../http/app.ts";
import { testDeps, type TestDeps } from "../testing/test-deps.ts";
import { announce } from "./first-run.ts";
import type { Terminal } from "./terminal.ts";

let store: TestDeps;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tallystick-first-"));
  store = await testDeps({ config: { dataDir } });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

function fakeTerminal(isInteractive: boolean): Terminal & { said(): string } {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  return { isInteractive, out: write, note: write, osUser: "tester", said: () => text };
}

const KEYS = [/Integration ID +[0-9a-f]{24}/, /API key +ts_test_[0-9A-Za-z]{43}/, /Webhook secret +whsec_\S+/];

test("on a terminal the first start shows a link that works and the Test keys, once", async () => {
  const first = fakeTerminal(true);
  await announce(store.deps, first);
  for (const key of KEYS) expect(first.said()).toMatch(key);
  const code = /\/a\/(\S+)/.exec(first.said())?.[1] ?? "";
  expect(await sessionByLink(store.deps, code)).not.toBeNull();

  const second = fakeTerminal(true);
  await announce(store.deps, second);
  expect(second.said()).toContain("Tallystick is running at http://127.0.0.1:8080");
  expect(second.said()).not.toMatch(/ts_test_|whsec_|\/a\/|One-time/);
  expect(await listCompanies(store.deps)).toMatchObject([{ name: "Demo Lender" }]);
});

test("the first admin signs in with the password that was shown, and must change it first", async () => {
  const terminal = fakeTerminal(true);
  await announce(store.deps, terminal);
  const password = /One-time password +(\S+) /.exec(terminal.said())?.[1] ?? "";
  expect(password).toMatch(/^([0-9a-z]{5}-){3}[0-9a-z]{5}$/);
  expect(terminal.said()).toMatch(/http:\/\/127\.0\.0\.1:8080\/beacon\n/);
  const app = buildApp(store.deps);
  const payload = { email: "admin@localhost", password };
  const answer = await app.inject({ method: "POST", url: "/beacon/api/sign-in", payload });
  expect([answer.statusCode, answer.json()]).toMatchObject([200, { password_change_required: true }]);
  await app.close();
});

test("without a terminal they go into a file that only the owner can read, and its path is told", async () => {
  const terminal = fakeTerminal(false);
  await announce(store.deps, terminal);
  const path = join(dataDir, "first-run.txt");
  expect(terminal.said()).toContain(path);
  expect(terminal.said()).not.toMatch(/ts_test_|whsec_|\/a\//);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const text = await readFile(path, "utf8");
  for (const key of [...KEYS, /admin@localhost/, /One-time password +\S{23}/]) expect(text).toMatch(key);
});

test("processes that start together make one company", async () => {
  await Promise.all([1, 2, 3].map(() => announce(store.deps, fakeTerminal(false))));
  expect(await listCompanies(store.deps)).toHaveLength(1);
});

test.each([
  [{ publicUrl: "http://192.168.1.20:8080", allowLoopbackWebhooks: false }, /plain http/],
  [{ host: "0.0.0.0", allowLoopbackWebhooks: false }, /set PUBLIC_URL/],
  [{}, /webhooks to loopback are allowed/],
])("what works on this machine only is said aloud: %j", async (config, words) => {
  const terminal = fakeTerminal(false);
  await announce({ ...store.deps, config: { ...store.deps.config, ...config } }, terminal);
  expect(terminal.said()).toMatch(words);
});
