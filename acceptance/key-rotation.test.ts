import { verifyWebhook } from "@tallystick/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Received } from "../tools/harness/receiver.ts";
import { createSigned, createWithKey, isEvent, sign } from "./support/lender.ts";
import { needsOwnServer, newUid, openWorld, unique, type Environment, type World } from "./support/world.ts";

/**
 * A lender changes its key and its webhook secret while webhooks come in. Its receiver holds one credential at a time,
 * first the old, then the new one, and must never have to refuse a webhook.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface ListedKeys {
  readonly api_keys: readonly {
    readonly key_id: string;
    readonly status: string;
    readonly last_used_at: string | null;
  }[];
  readonly webhook_secrets: readonly { readonly secret_id: string; readonly status: string }[];
}

const place = (): readonly string[] => {
  const { deployment_id: id, company_id: company } = own().deployment;
  return [id, "--env", "test", "--company", company];
};
const own = () => {
  if (world.own === null) throw new Error("needs its own server");
  return world.own;
};
const keys = async () => (await own().cli(["key", "list", ...place()])) as ListedKeys;

/** A webhook as the server sends it now: a simulated applicant declines. */
async function nextWebhook(environment: Environment): Promise<Received> {
  const uid = `SIM-CANCEL-${unique()}`;
  expect((await createWithKey(world, environment, { uid })).status).toBe(200);
  return world.receiver.waitFor((received) => isEvent(received, uid, "application.cancelled"));
}

/** What the server has cached of credentials may be a second old. */
async function settled<T>(probe: () => Promise<T>, wanted: T): Promise<void> {
  await expect.poll(probe, { interval: 50, timeout: 10_000 }).toEqual(wanted);
}

describe("rotating the API key", () => {
  test("lets a receiver change from the old key to the new at any moment of the overlap", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("rotating a key"));
    const old = world.test;
    const holds = (apiKey: string, { body, headers }: Received) => verifyWebhook({ body, headers, apiKey }).uid;
    const first = await nextWebhook(old);
    expect(holds(old.api_key, first)).toMatch(/^SIM-CANCEL-/);
    expect(first.headers["x-signature-next"]).toBeUndefined();

    const rotated = (await own().cli(["key", "rotate", ...place(), "--overlap-hours", "1"])) as {
      readonly api_key: string;
      readonly ending: readonly { readonly key_id: string }[];
    };
    const renewed = { ...old, api_key: rotated.api_key };
    await settled(async () => (await nextWebhook(old)).headers["x-signature-next"] !== undefined, true);
    const during = await nextWebhook(renewed);
    expect(during.headers["x-signature"]).toBe(sign(during.body, old.api_key));
    expect(during.headers["x-signature-next"]).toBe(sign(during.body, renewed.api_key));
    expect([holds(old.api_key, during), holds(renewed.api_key, during)]).toHaveLength(2);

    // Both keys create sessions in both modes.
    for (const environment of [old, renewed]) {
      const body = JSON.stringify({ uid: newUid(), integration_id: environment.integration_id });
      expect((await createSigned(world, environment, { body })).status).toBe(200);
    }

    await own().cli(["key", "revoke", ...place(), "--key", rotated.ending[0]?.key_id ?? ""]);
    await settled(async () => (await createWithKey(world, old)).status, 401);
    await settled(async () => (await nextWebhook(renewed)).headers["x-signature-next"] === undefined, true);
    const after = await nextWebhook(renewed);
    expect(after.headers["x-signature"]).toBe(sign(after.body, renewed.api_key));
    expect(() => holds(old.api_key, after)).toThrow(/does not fit/);

    const { api_keys } = await keys();
    expect(api_keys.map(({ status }) => status)).toEqual(["current", "revoked"]);
    expect(api_keys.every((key) => key.last_used_at !== null)).toBe(true);
  });

  test("that is compromised refuses the old key in both modes, and nothing signed with it is taken", async ({
    skip,
  }) => {
    if (world.own === null) return skip(needsOwnServer("rotating a key"));
    const { test: leaked, ...other } = await own().createDeployment();
    const target = [other.deployment_id, "--env", "test", "--company", other.company_id];
    expect((await createWithKey(world, leaked)).status).toBe(200);
    const { api_key } = (await own().cli(["key", "rotate", ...target, "--compromised"])) as { api_key: string };
    await settled(async () => (await createWithKey(world, leaked)).status, 401);
    const body = JSON.stringify({ uid: newUid(), integration_id: leaked.integration_id });
    await settled(async () => (await createSigned(world, leaked, { body })).status, 401);
    expect((await createWithKey(world, { ...leaked, api_key })).status).toBe(200);
  });
});

describe("rotating the webhook secret", () => {
  test("sends a signature of each during the overlap and one of the new alone after it", async ({ skip }) => {
    if (world.own === null) return skip(needsOwnServer("rotating a webhook secret"));
    const [current] = (await keys()).api_keys;
    const { api_key } = (await own().cli(["key", "show", ...place(), "--key", current?.key_id ?? ""])) as {
      readonly api_key: string;
    };
    const environment = { ...world.test, api_key };
    const holds = (secret: string, { body, headers }: Received) => verifyWebhook({ body, headers, secret }).uid;
    const rotated = (await own().cli(["key", "rotate", ...place(), "--kind", "webhook"])) as {
      readonly webhook_secret: string;
      readonly ending: readonly { readonly secret_id: string }[];
    };
    const signatures = async () =>
      (await nextWebhook(environment)).headers["webhook-signature"]?.toString().split(" ").length;
    await settled(signatures, 2);
    const during = await nextWebhook(environment);
    expect([holds(world.test.webhook_secret, during), holds(rotated.webhook_secret, during)]).toHaveLength(2);
    await own().cli(["key", "revoke", ...place(), "--key", rotated.ending[0]?.secret_id ?? ""]);
    await settled(signatures, 1);
    const after = await nextWebhook(environment);
    expect(holds(rotated.webhook_secret, after)).toMatch(/^SIM-CANCEL-/);
    expect(() => holds(world.test.webhook_secret, after)).toThrow(/does not fit/);
  });
});
