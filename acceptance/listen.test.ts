import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { verifyWebhook } from "@tallystick/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { awaitEvent, createWithKey } from "./support/lender.ts";
import { openWorld, unique, type World } from "./support/world.ts";

/** `tallystick listen` as a developer runs it: a process of its own, by HTTP alone, beside the webhooks that go out. */

let world: World;
let own: Receiver;
beforeAll(async () => {
  world = await openWorld();
  own = await startReceiver();
});
afterAll(async () => {
  await own.close();
  await world.close();
});

function listen(): { readonly child: ChildProcess; readonly lines: () => readonly string[] } {
  const { api_key: apiKey, webhook_secret: secret } = world.test;
  const keys = ["--api-key", apiKey, "--webhook-secret", secret];
  const program = join(import.meta.dirname, "../bin/tallystick.mjs");
  const words = [program, "listen", "--server", world.baseUrl, ...keys, "--forward", own.url, "--from-start", "--json"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  return { child, lines: () => output.split("\n").filter((line) => line !== "") };
}

test("each event of the environment is shown, verified, and handed to a receiver on this machine with the bytes of the webhook", async () => {
  const uid = `SIM-LOWRISK-${unique()}`;
  expect((await createWithKey(world, world.test, { uid })).status).toBe(200);
  await awaitEvent(world, uid, { type: "psychometric_score.complete" });
  const { child, lines } = listen();
  try {
    const isScore = ({ body }: { readonly body: string }): boolean =>
      body.includes(uid) && body.includes("psychometric_score.complete");
    const handedOn = await own.waitFor(isScore, 30_000);
    const sent = world.receiver.received.find(isScore);
    expect(handedOn.body).toBe(sent?.body);
    expect(handedOn.headers["webhook-id"]).toBe(sent?.headers["webhook-id"]);
    const { api_key: apiKey, webhook_secret: secret } = world.test;
    expect(verifyWebhook({ body: handedOn.body, headers: handedOn.headers, apiKey, secret })).toMatchObject({ uid });
    const isShown = (line: string): boolean => line.includes(uid) && line.includes('"status":200');
    await expect.poll(() => lines().some(isShown), { timeout: 20_000 }).toBe(true);
    for (const line of lines()) expect(JSON.parse(line)).toMatchObject({ verified: true, forwarded: { status: 200 } });
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  }
});
