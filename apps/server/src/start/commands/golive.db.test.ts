import { GO_LIVE_ITEMS, OPERATIONS, type GoLiveItem } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { judge } from "../../features/golive/judge.ts";
import { readyFacts, withSide } from "../../features/golive/testing/facts.ts";
import { testLender, type TestLender } from "../../testing/lender.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());

/** Runs a line as typed after `tallystick`. `reached`: the command line was right, so the database was asked for. */
async function cli(line: readonly string[], openDeps = () => Promise.resolve({ deps: lender.deps, close: nothing })) {
  const command = commands
    .filter(({ name }) => name.split(" ").every((word, index) => line[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (command === undefined) throw new Error(`there is no command ${line.join(" ")}`);
  const seen = { out: "", note: "" };
  const code = await runCommand(command, line.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps,
  });
  return { code, ...seen };
}

const nothing = () => Promise.resolve();

/** Every fix there is: nothing set at all, then what only shows when other things are set. */
function allFixes(): readonly NonNullable<GoLiveItem["fix"]>[] {
  const ready = readyFacts();
  const bare = withSide("production", (side) => ({
    chosen: new Set<string>(),
    evidence: new Map(),
    webhook: { ...side.webhook, url: null },
    settings: {
      ...side.settings,
      brand: { lender_name: null, accent: null },
      battery: "another",
      privacy_policy_url: null,
      completion_url: null,
      cancellation_url: null,
      expiry_url: null,
    },
  }));
  const unproved = withSide("production", () => ({ evidence: new Map() }));
  const never = { played: null, simulated: null };
  const facts = [
    { ...bare, admins: 0, archivedAt: ready.now, shared: { apiKey: true, webhookSecret: false }, isOnlyCompany: false },
    {
      ...unproved,
      shared: { apiKey: false, webhookSecret: true },
      installation: { ...ready.installation, sendsMail: false },
    },
    withSide("test", (side) => ({
      acknowledged: never,
      evidence: new Map(),
      webhook: { ...side.webhook, url: ready.production.webhook.url },
    })),
    withSide("test", (side) => ({ acknowledged: never, webhook: { ...side.webhook, url: null } })),
    withSide("production", (side) => ({ webhook: { ...side.webhook, enabled: false } })),
  ];
  return facts.flatMap((one) => judge(one).items.flatMap((item) => (item.fix === null ? [] : [item.fix])));
}

test("every command line that the check advises is one that the program takes", async () => {
  const lines = [...new Set(allFixes().flatMap(({ command }) => command ?? []))];
  expect(lines.length).toBeGreaterThan(12);
  for (const line of lines) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
    expect(words.slice(0, 2)).toEqual(["npx", "tallystick"]);
    const { code, note } = await cli(words.slice(2), () => Promise.reject(new Error("the line is right")));
    expect([code, note], line).toEqual([1, "Failed: the line is right\n"]);
  }
});

test("every call that the check advises is one that the server answers", () => {
  const calls = [...new Set(allFixes().flatMap(({ call }) => call ?? []))];
  expect(calls.length).toBeGreaterThan(3);
  for (const call of calls) {
    const [method = "", path = ""] = call.split(" ");
    const known = OPERATIONS.some(
      (operation) =>
        operation.method === method.toLowerCase() &&
        new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
    );
    expect(known, call).toBe(true);
  }
});

test("golive check ends with 1 while something blocking is open, and prints one document", async () => {
  const id = lender.deployment.deploymentId;
  const asked = await cli(["golive", "check", id, "--offline", "--json"]);
  expect(asked.code).toBe(1);
  const found = JSON.parse(asked.out) as { ready: boolean; items: readonly GoLiveItem[] };
  expect(found).toMatchObject({ ready: false, deployment_id: id });
  expect(found.items.map(({ key }) => key)).toEqual(GO_LIVE_ITEMS);
  const text = await cli(["golive", "check", id]);
  expect(text.out).toMatch(/^Loans: \d+ blocking and \d+ advised items open\.\n/);
  expect(text.out).toContain(`npx tallystick deployment set ${id} --env production --completion-url URL`);
  expect(await cli(["golive", "check", "dep_x"])).toMatchObject({ code: 1, out: "" });
});
