import { verifyWebhook, WebhookVerificationError } from "@tallystick/client";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { openDatabase, type Database } from "../../../infra/database.ts";
import type { Deps } from "../../../infra/deps.ts";
import { loadSecrets } from "../../../infra/load-secrets.ts";
import { createSignals } from "../../../infra/signals.ts";
import { testDeps, type TestDeps } from "../../../testing/test-deps.ts";
import { cliActor } from "../../audit/service.ts";
import { listApiKeys, revokeApiKey, rotateApiKey } from "../../deployments/service.ts";
import { listWebhookSecrets, revokeWebhookSecret, rotateWebhookSecret } from "../../endpoints/service.ts";
import { startDispatcher } from "../service.ts";
import { eventually, type Received, type Receiver, startReceiver } from "../testing/receiver.ts";
import { createWorld, type World } from "../testing/world.ts";

/** Receivers that know the old, the new or both, while secrets and keys are replaced; two processes send. */

let test: TestDeps;
let otherDb: Database;
let otherDeps: Deps;
let world: World;
let receiver: Receiver;
const actor = cliActor("ana");
/** Revocation takes effect in every process within this. */
const REVOKED_MS = 1_000;

beforeAll(async () => {
  test = await testDeps();
  // A pool of its own has caches of its own, like another process.
  otherDb = openDatabase({ connection: test.connection, role: "tallystick_app", poolSize: 4 });
  const secrets = await loadSecrets(otherDb, test.deps.config);
  otherDeps = { ...test.deps, db: otherDb, secrets, signals: createSignals() };
});
afterAll(async () => {
  await otherDb.close();
  await test.close();
});
beforeEach(async () => {
  world = await createWorld(test.deps);
  receiver = await startReceiver();
  await world.setUrl(receiver.url);
});
afterEach(() => receiver.close());

/** One event sent by each of the two processes; both had the keys in their caches before. */
async function sendByEach(): Promise<Received[]> {
  const got: Received[] = [];
  for (const deps of [test.deps, otherDeps]) {
    const before = receiver.received.length;
    const sending = startDispatcher(deps, { random: () => 0, graceMs: 2_000 });
    await world.announce();
    await eventually("the webhook", () => receiver.received.length > before);
    await sending.stop();
    got.push(...receiver.received.slice(before));
  }
  expect(got).toHaveLength(2);
  return got;
}

type Known = { readonly secret: string | string[] } | { readonly apiKey: string | string[] };

/** The client's verdict; where a single secret is known, the standardwebhooks package must agree with it. */
function accepts(got: Received, known: Known): boolean {
  const verdict = clientAccepts(got, known);
  if ("secret" in known && typeof known.secret === "string") expect(libraryAccepts(got, known.secret)).toBe(verdict);
  return verdict;
}

function clientAccepts({ body, headers }: Received, known: Known): boolean {
  try {
    return verifyWebhook({ body, headers, ...known }).uid !== "";
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

function libraryAccepts({ body, headers }: Received, secret: string): boolean {
  try {
    new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const key = () => ({ companyId: world.environment.companyId, environmentId: world.environment.environmentId });
const place = () => ({ ...key(), kind: "test" as const });

describe("while a webhook secret is replaced", () => {
  it("receivers with the old, the new and both verify during the overlap; afterwards the old one alone fails", async () => {
    const old = world.secret;
    await sendByEach();
    const { secret: fresh } = await rotateWebhookSecret(test.deps, key(), { overlap: { hours: 24 }, actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(String(got.headers["webhook-signature"]).split(" ")).toHaveLength(2);
      for (const secret of [old, fresh, [old, fresh], [fresh, old]]) expect(accepts(got, { secret })).toBe(true);
      expect(accepts(got, { apiKey: world.apiKey })).toBe(true);
    }
    const [, oldest] = await listWebhookSecrets(test.deps, key());
    await revokeWebhookSecret(test.deps, key(), { secretId: oldest?.secretId ?? "", actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(String(got.headers["webhook-signature"]).split(" ")).toHaveLength(1);
      expect(accepts(got, { secret: old })).toBe(false);
      for (const secret of [fresh, [old, fresh]]) expect(accepts(got, { secret })).toBe(true);
    }
  });

  it("a compromised one signs nothing more within a second, in either process", async () => {
    await sendByEach();
    const { secret: fresh } = await rotateWebhookSecret(test.deps, key(), { overlap: "compromised", actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(accepts(got, { secret: world.secret })).toBe(false);
      expect(accepts(got, { secret: fresh })).toBe(true);
    }
  });
});

describe("while an API key is replaced", () => {
  it("receivers with the old, the new and both verify during the overlap; afterwards the old one alone fails", async () => {
    const old = world.apiKey;
    await sendByEach();
    const { apiKey: fresh } = await rotateApiKey(test.deps, place(), { overlap: { hours: 24 }, actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(got.headers).toHaveProperty("x-signature-next");
      for (const apiKey of [old, fresh, [old, fresh], [fresh, old]]) expect(accepts(got, { apiKey })).toBe(true);
      expect(accepts(got, { secret: world.secret })).toBe(true);
      // A receiver that has never heard of the second header still verifies with the old key.
      const { "x-signature-next": _, ...headers } = got.headers;
      expect(accepts({ ...got, headers }, { apiKey: old })).toBe(true);
    }
    const retiring = (await listApiKeys(test.deps, place())).find(({ status }) => status === "retiring");
    await revokeApiKey(test.deps, place(), { keyId: retiring?.keyId ?? "", actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(got.headers).not.toHaveProperty("x-signature-next");
      expect(accepts(got, { apiKey: old })).toBe(false);
      for (const apiKey of [fresh, [old, fresh]]) expect(accepts(got, { apiKey })).toBe(true);
    }
  });

  it("a compromised one signs nothing more within a second, in either process", async () => {
    await sendByEach();
    const { apiKey: fresh } = await rotateApiKey(test.deps, place(), { overlap: "compromised", actor });
    await pause(REVOKED_MS);
    for (const got of await sendByEach()) {
      expect(accepts(got, { apiKey: world.apiKey })).toBe(false);
      expect(accepts(got, { apiKey: fresh })).toBe(true);
    }
  });
});

describe("what was received", () => {
  it("fails with one byte changed anywhere in the body, the id, the timestamp or the signatures", async () => {
    const [got] = await sendByEach();
    if (got === undefined) throw new Error("nothing came");
    const secret = world.secret;
    const both: Known = { secret, apiKey: world.apiKey };
    expect(clientAccepts(got, both)).toBe(true);
    const flip = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(fc.nat(got.body.length - 1), flip, (at, change) => {
        const body = Buffer.from(got.body);
        body[at] = (body[at] ?? 0) ^ change;
        const changed = { ...got, body };
        expect(clientAccepts(changed, { secret })).toBe(false);
        expect(clientAccepts(changed, { apiKey: world.apiKey })).toBe(false);
        expect(libraryAccepts(changed, secret)).toBe(false);
      }),
    );
    const header = fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature", "x-signature");
    fc.assert(
      fc.property(header, fc.nat(200), fc.integer({ min: 0x21, max: 0x7e }), (name, at, code) => {
        const bytes = Buffer.from(String(got.headers[name]));
        const place = at % bytes.length;
        fc.pre(bytes[place] !== code);
        bytes[place] = code;
        const changed = { ...got, headers: { ...got.headers, [name]: bytes.toString() } };
        expect(clientAccepts(changed, both)).toBe(false);
        if (name !== "x-signature") expect(libraryAccepts(changed, secret)).toBe(false);
      }),
    );
  });

  it("fails cut short, lengthened, or under another environment's key and secret", async () => {
    const [got] = await sendByEach();
    if (got === undefined) throw new Error("nothing came");
    for (const body of [got.body.subarray(1), got.body.subarray(0, -1), Buffer.concat([got.body, Buffer.from(" ")])]) {
      expect(clientAccepts({ ...got, body }, { secret: world.secret })).toBe(false);
      expect(clientAccepts({ ...got, body }, { apiKey: world.apiKey })).toBe(false);
    }
    const stranger = await createWorld(test.deps);
    expect(accepts(got, { secret: stranger.secret })).toBe(false);
    expect(accepts(got, { apiKey: stranger.apiKey })).toBe(false);
  });
});
