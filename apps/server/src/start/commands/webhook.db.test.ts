import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { startDispatcher } from "../../features/webhooks/service.ts";
import { eventually, startReceiver, status, type Receiver } from "../../features/webhooks/testing/receiver.ts";
import { createWorld, type World } from "../../features/webhooks/testing/world.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;
let world: World;
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> };

beforeAll(async () => {
  store = await testDeps({ poolSize: 16 });
  world = await createWorld(store.deps);
});
afterAll(() => store.close());
beforeEach(async () => {
  receiver = await startReceiver();
  dispatcher = startDispatcher(store.deps, { random: () => 0, graceMs: 1_000 });
});
afterEach(async () => {
  await dispatcher.stop();
  await receiver.close();
});

async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => name === argv.slice(0, 2).join(" "))!;
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(2), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps: store.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

test("sample, log, show, replay and replays, as one who looks into a lost result uses them", async () => {
  const inTest = ["--env", "test"];
  expect((await cli("webhook", "sample", "--type", "application.expired", ...inTest)).code).toBe(1);
  await world.announce("APP-GAP-1");
  receiver.answer(status(500, {}, "full\u001b[2J disk"));
  await world.setUrl(receiver.url);
  expect(await cli("webhook", "sample", "--type", "application.expired", ...inTest)).toMatchObject({
    code: 1,
    out: "The receiver answered 500: full\u001b[2J disk\n",
  });
  await world.announce("APP-LOST-1");
  await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);

  const log = await cli("webhook", "log", ...inTest, "--state", "pending", "--json");
  const [lost] = log.json().items;
  expect(lost).toMatchObject({ state: "pending", last_status: 500, attempts: 2 });
  const shown = await cli("webhook", "show", lost.delivery_id);
  expect(shown.out).toContain("500 full [2J disk");
  expect(shown.out).not.toContain("\u001b");

  receiver.answer(status(200));
  expect((await cli("webhook", "replay", "--failed", ...inTest)).out).toMatch(
    /^rpl_\w+ is done: 1 of 1 looked at, 1 queued\.\n$/,
  );
  await eventually("delivered", async () => (await world.deliveries())[0]?.state === "delivered");
  const range = await cli("webhook", "replay", "--from", "2020-01-01", ...inTest);
  expect(range.out).toContain("2 of 2 looked at, 1 queued");
  expect(range.note).toBe("2 of 2 …\n");
  await eventually("the gap is closed", async () => (await world.deliveries()).length === 2);
  expect((await cli("webhook", "replay", "--delivery", lost.delivery_id)).out).toContain("1 queued");
  expect((await cli("webhook", "replays", ...inTest, "--json")).json().items).toMatchObject([
    { which: "delivery", state: "done", created_by: "cli:ana" },
    { which: "range", state: "done" },
    { which: "failed", state: "done" },
  ]);
  const [{ replay_id: replayId }] = (await cli("webhook", "replays", ...inTest, "--json")).json().items;
  expect((await cli("webhook", "replays", ...inTest, "--cancel", replayId)).out).toContain("is done");
  expect((await cli("webhook", "replays", ...inTest, "--cancel", "rpl_x")).note).toContain("no replay of this id");
  expect((await cli("webhook", "notices")).out).toBe("No notices.\n");
});

test.each([
  [["replay", "--env", "test"], "Give one of --delivery ID, --failed and --from TIME"],
  [["replay", "--failed", "--from", "2026-01-01", "--env", "test"], "Give one of"],
  [["replay", "--failed", "--to", "2026-01-01", "--env", "test"], "belong to --from"],
  [["replay", "--from", "2026-01-02", "--to", "2026-01-01", "--env", "test"], "--to must be later"],
  [["replay", "--failed"], "--env takes test or production"],
  [["log", "--env", "test", "--state", "lost"], "--state takes pending, held, delivered, dead"],
  [["sample", "--env", "test", "--type", "x"], "--type takes psychometric_score.complete"],
  [["show", "evt_1"], "A delivery is named by an id such as dlv_"],
])("webhook %j is a usage error that says what is wrong", async (argv, text) => {
  const { code, note } = await cli("webhook", ...argv);
  expect(code).toBe(2);
  expect(note).toContain(text);
});
