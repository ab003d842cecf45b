import type { EndpointNotice } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { buildApp } from "../../http/app.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { startDispatcher } from "../webhooks/service.ts";
import { eventually, type Receiver, startReceiver, status } from "../webhooks/testing/receiver.ts";
import { createWorld, type World } from "../webhooks/testing/world.ts";
import { findEndpoint, watchEndpoints } from "./service.ts";

let test: TestDeps;
let app: FastifyInstance;
let world: World;
let admins: readonly TestPerson[];
let receiver: Receiver;
let dispatcher: { stop(): Promise<void> };

beforeAll(async () => {
  test = await testDeps({ poolSize: 20 });
  app = buildApp(test.deps);
});
afterAll(async () => {
  await app.close();
  await test.close();
});
beforeEach(async () => {
  world = await createWorld(test.deps);
  const { companyId } = world.environment;
  admins = [
    await signedInMember(test.deps, { companyId, role: "admin" }),
    await signedInMember(test.deps, { companyId, role: "admin" }),
  ];
  await signedInMember(test.deps, { companyId, role: "viewer" });
  receiver = await startReceiver(status(500));
  dispatcher = startDispatcher(test.deps, { random: () => 0, graceMs: 1_000 });
  await world.setUrl(receiver.url);
});
afterEach(async () => {
  await dispatcher.stop();
  await receiver.close();
});

/** As if the first failure had been so long ago. */
async function failingFor(age: string): Promise<void> {
  await test.deps.db.query(`UPDATE endpoints SET failing_since = now() - $2::interval WHERE company_id = $1`, [
    world.environment.companyId,
    age,
  ]);
}

const watch = (): Promise<void> => watchEndpoints(test.deps, world.environment.companyId);

async function notices(): Promise<EndpointNotice[]> {
  const { companyId } = world.environment;
  const answer = await app.inject({
    method: "GET",
    url: `/beacon/api/companies/${companyId}/endpoint-notices`,
    headers: { ...admins[0]?.headers },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ items: EndpointNotice[] }>().items;
}

async function kinds(): Promise<string[]> {
  return (await notices()).map(({ kind }) => kind).toReversed();
}

async function mailKinds(): Promise<string[]> {
  const rows = await test.deps.db.query<{ email: string }>(
    "SELECT u.email FROM memberships m JOIN users u ON u.user_id = m.user_id WHERE m.company_id = $1 AND m.role = 'admin'",
    [world.environment.companyId],
  );
  const own = new Set(rows.map(({ email }) => email));
  return test.mailbox.mails.filter(({ to }) => own.has(to)).map(({ kind }) => kind);
}

describe("an endpoint that only fails", () => {
  it("is announced after a day, warned of on the fourth, disabled after five: each once, by mail to every admin", async () => {
    await world.announce();
    await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);
    await watch();
    expect(await kinds()).toEqual([]);
    await failingFor("1 day 1 minute");
    await Promise.all([watch(), watch(), watch(), watch()]);
    await watch();
    expect(await kinds()).toEqual(["failing"]);
    await failingFor("4 days 1 minute");
    await Promise.all([watch(), watch(), watch(), watch()]);
    expect(await kinds()).toEqual(["failing", "disabling_soon"]);
    await failingFor("5 days 1 minute");
    await watch();
    await world.skipWaiting();
    await eventually("disabled", async () => (await findEndpoint(test.deps, world.environment))?.state === "disabled");
    await Promise.all([watch(), watch()]);
    expect(await kinds()).toEqual(["failing", "disabling_soon", "disabled"]);
    expect((await world.deliveries())[0]).toMatchObject({ state: "held" });
    const each = ["webhook_failing", "webhook_disabling_soon", "webhook_disabled"];
    expect((await mailKinds()).toSorted()).toEqual(each.flatMap((kind) => [kind, kind]).toSorted());
    const [newest] = await notices();
    expect(newest).toMatchObject({ environment: "test", deployment: "Loans", host: new URL(receiver.url).host });
    const text = JSON.stringify(test.mailbox.mails);
    expect(text).not.toContain("tenant=1");
    const audited = await test.deps.db.query<{ action: string; actor: string }>(
      "SELECT action, actor FROM audit_entries WHERE company_id = $1 AND target_type = 'webhook_endpoint' ORDER BY at, audit_id",
      [world.environment.companyId],
    );
    expect(audited).toEqual(
      ["failing", "disabling_soon", "disabled"].map((kind) => ({
        action: `webhook_endpoint.${kind}`,
        actor: "system",
      })),
    );
    // It stays disabled until an admin acts; the first success afterwards is news.
    receiver.answer(status(200));
    await world.setUrl(receiver.url);
    await eventually("recovered", async () => (await kinds()).at(-1) === "recovered");
    await world.announce();
    await eventually("delivered", async () => (await world.deliveries()).every((one) => one.state === "delivered"));
    await watch();
    expect(await kinds()).toEqual(["failing", "disabling_soon", "disabled", "recovered"]);
  });

  it("that works again is announced only if its failing was, and the next time counts anew", async () => {
    await world.announce();
    await eventually("two failures", async () => (await world.deliveries())[0]?.attempt_count === 2);
    receiver.answer(status(200));
    await world.skipWaiting();
    await eventually("delivered", async () => (await world.deliveries())[0]?.state === "delivered");
    await watch();
    expect(await kinds()).toEqual([]);

    for (const round of [1, 2]) {
      receiver.answer(status(500));
      await world.announce();
      const last = async () => (await world.deliveries()).at(-1);
      await eventually("two failures", async () => (await last())?.attempt_count === 2);
      await failingFor("30 hours");
      await watch();
      receiver.answer(status(200));
      await world.skipWaiting();
      await eventually("delivered", async () => (await last())?.state === "delivered");
      await eventually("announced", async () => (await kinds()).length === round * 2);
    }
    await watch();
    expect(await kinds()).toEqual(["failing", "recovered", "failing", "recovered"]);
  });

  it("whose URL was set anew counts anew", async () => {
    await failingFor("30 hours");
    await watch();
    await world.setUrl(receiver.url);
    await watch();
    await failingFor("30 hours");
    await watch();
    expect(await kinds()).toEqual(["failing", "failing"]);
  });
});

it("an endpoint that answers 410 is announced each time it does", async () => {
  receiver.answer(status(410));
  for (const round of [1, 2]) {
    await world.announce();
    await eventually("disabled", async () => (await findEndpoint(test.deps, world.environment))?.state === "disabled");
    await watch();
    expect(await kinds()).toEqual(Array.from({ length: round }, () => "gone"));
    await world.setUrl(receiver.url);
  }
  receiver.answer(status(200));
  await world.announce();
  await eventually("recovered", async () => (await kinds()).at(-1) === "recovered");
});

it("a mail server that takes nothing is asked again, and the notice stands in the list meanwhile", async () => {
  const own = await testDeps();
  try {
    const place = await createWorld(own.deps);
    const { companyId } = place.environment;
    await signedInMember(own.deps, { companyId, role: "admin" });
    await place.setUrl("http://127.0.0.1:9/");
    await own.deps.db.query("UPDATE endpoints SET failing_since = now() - interval '25 hours' WHERE company_id = $1", [
      companyId,
    ]);
    let isBroken = true;
    const deps = {
      ...own.deps,
      mail: {
        ...own.deps.mail,
        send: (mail: Parameters<typeof own.deps.mail.send>[0]) =>
          isBroken ? Promise.resolve("failed" as const) : own.deps.mail.send(mail),
      },
    };
    const unmailed = async () =>
      (
        await own.deps.db.query("SELECT 1 FROM endpoint_notices WHERE company_id = $1 AND mailed_at IS NULL", [
          companyId,
        ])
      ).length;
    await watchEndpoints(deps, companyId);
    expect(await unmailed()).toBe(1);
    isBroken = false;
    await watchEndpoints(deps, companyId);
    expect(own.mailbox.mails).toHaveLength(0); // not before five minutes have gone
    await own.deps.db.query("UPDATE endpoint_notices SET mail_due_at = now() WHERE company_id = $1", [companyId]);
    await watchEndpoints(deps, companyId);
    expect(own.mailbox.mails).toHaveLength(1);
    expect(await unmailed()).toBe(0);
  } finally {
    await own.close();
  }
});
