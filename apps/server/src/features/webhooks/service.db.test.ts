import { createHash } from "node:crypto";

import { webhookBodySchema } from "@tallystick/contract";
import { afterAll, beforeAll, expect, it } from "vitest";

import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { recordEvent, recordEvents, type JourneyEvent } from "./service.ts";
import { disableEndpoint } from "../endpoints/service.ts";
import { bodyFor, createWorld, type World } from "./testing/world.ts";

let test: TestDeps;
let world: World;

beforeAll(async () => {
  test = await testDeps();
  world = await createWorld(test.deps);
  await world.setUrl("http://127.0.0.1:9/hook");
});
afterAll(() => test.close());

function event(change: Partial<JourneyEvent> = {}): JourneyEvent {
  const { companyId, environmentId, integrationId } = world.environment;
  const sessionId = test.deps.ids.make("ses");
  return { companyId, environmentId, sessionId, run: 1, body: bodyFor(integrationId, "APP-1001"), ...change };
}

function recordAlone(one: JourneyEvent): Promise<{ eventId: string }> {
  return test.deps.db.transaction((tx) => recordEvent(tx, test.deps, one));
}

async function rowsOf(
  sessionId: string,
): Promise<readonly { event_id: string; body: string; body_hash: string; created_at: Date; state: string }[]> {
  return test.deps.db.query(
    `SELECT v.event_id, v.body, v.body_hash, v.created_at, d.state
       FROM events v LEFT JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
      WHERE v.company_id = $1 AND v.session_id = $2`,
    [world.environment.companyId, sessionId],
  );
}

it("event and delivery appear with the caller's commit and vanish with its roll-back", async () => {
  const lost = event();
  const failure = test.deps.db.transaction(async (tx) => {
    await recordEvent(tx, test.deps, lost);
    throw new Error("the finish failed");
  });
  await expect(failure).rejects.toThrow("the finish failed");
  expect(await rowsOf(lost.sessionId)).toEqual([]);
  const kept = event();
  await recordAlone(kept);
  const [row] = await rowsOf(kept.sessionId);
  expect(row?.state).toBe("pending");
  expect(webhookBodySchema.parse(JSON.parse(row?.body ?? ""))).toEqual(kept.body);
  expect(row?.body_hash).toBe(
    createHash("sha256")
      .update(row?.body ?? "")
      .digest("hex"),
  );
});

it("wakes the dispatcher after the commit only", async () => {
  let woken = 0;
  const silence = test.deps.signals.on("deliveries", () => (woken += 1));
  await test.deps.db.transaction(async (tx) => {
    await recordEvent(tx, test.deps, event());
    expect(woken).toBe(0);
  });
  await expect.poll(() => woken).toBe(1);
  silence();
});

it("of transactions that announce the same end of a run at the same moment, one commits", async () => {
  const one = event();
  const tries = await Promise.allSettled(Array.from({ length: 6 }, () => recordAlone(one)));
  expect(tries.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  expect(await rowsOf(one.sessionId)).toHaveLength(1);
  await expect(recordAlone(one)).rejects.toThrow("a second time");
  await recordAlone({ ...one, run: 2 });
  expect(await rowsOf(one.sessionId)).toHaveLength(2);
});

it("an event keeps the time it is given", async () => {
  const at = new Date("2026-01-02T03:04:05Z");
  const one = event({ at });
  await recordAlone(one);
  expect((await rowsOf(one.sessionId))[0]?.created_at).toEqual(at);
});

/** Every column that the two ways to record write, but the ids. */
function written(world: World, sessionIds: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  return test.deps.db.query(
    `SELECT to_jsonb(v) - 'event_id' - 'session_id' - 'created_at' AS event, v.created_at,
            to_jsonb(d) - 'delivery_id' - 'event_id' - 'created_at' - 'due_at' AS delivery,
            d.created_at = d.due_at AS due_at_once, v.event_id LIKE 'evt_%' AND d.delivery_id LIKE 'dlv_%' AS named
       FROM events v LEFT JOIN deliveries d ON d.company_id = v.company_id AND d.event_id = v.event_id
      WHERE v.company_id = $1::text AND v.session_id = ANY ($2::text[])
      ORDER BY v.run, v.body`,
    [world.environment.companyId, sessionIds],
  );
}

it.each(["enabled", "disabled", "without a URL"] as const)(
  "many events at once are written as each alone is, with an endpoint that is %s",
  async (endpoint) => {
    const world = await createWorld(test.deps);
    const { companyId, environmentId, integrationId } = world.environment;
    const url = "http://127.0.0.1:9/hook";
    if (endpoint !== "without a URL") await world.setUrl(url);
    if (endpoint === "disabled")
      await disableEndpoint(test.deps, { companyId, environmentId }, { reason: "gone", onlyForUrl: url });
    const at = new Date("2026-01-02T03:04:05.678Z");
    const some = () =>
      [1, 1, 2].map((run, index) => {
        const sessionId = test.deps.ids.make("ses");
        return { environmentId, sessionId, run, body: bodyFor(integrationId, `APP-${index}`), at };
      });
    const [alone, together] = [some(), some()];
    for (const one of alone) await test.deps.db.transaction((tx) => recordEvent(tx, test.deps, { companyId, ...one }));
    await test.deps.db.transaction((tx) => recordEvents(tx, test.deps, companyId, together));
    const [expected, rows] = [
      await written(world, alone.map(sessionOf)),
      await written(world, together.map(sessionOf)),
    ];
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(expected);
  },
);

function sessionOf({ sessionId }: { readonly sessionId: string }): string {
  return sessionId;
}

it("of many events at once none is written when the run of one has announced its type before", async () => {
  const { companyId, environmentId, integrationId } = world.environment;
  const known = event();
  await recordAlone(known);
  const fresh = test.deps.ids.make("ses");
  const body = bodyFor(integrationId, "APP-1001");
  const events = [fresh, known.sessionId].map((sessionId) => ({ environmentId, sessionId, run: 1, body }));
  const failure = test.deps.db.transaction((tx) => recordEvents(tx, test.deps, companyId, events));
  await expect(failure).rejects.toThrow("a second time");
  expect(await rowsOf(fresh)).toEqual([]);
});

it("many events wake the dispatcher once, after the commit", async () => {
  const { companyId } = world.environment;
  let woken = 0;
  const silence = test.deps.signals.on("deliveries", () => (woken += 1));
  await test.deps.db.transaction(async (tx) => {
    await recordEvents(tx, test.deps, companyId, [event(), event(), event()]);
    expect(woken).toBe(0);
  });
  await expect.poll(() => woken).toBe(1);
  silence();
});
