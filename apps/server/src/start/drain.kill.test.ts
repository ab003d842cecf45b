import { afterAll, beforeAll, expect, test } from "vitest";

import { type Answer, eventually, type Receiver, startReceiver } from "../features/webhooks/testing/receiver.ts";
import { isAlive, stopPostmaster } from "../infra/embedded/postmaster.ts";
import {
  postmasterPid,
  runProgram,
  startServer,
  temporaryFolder,
  type ServerProcess,
} from "../testing/server-process.ts";

/** What becomes of webhooks under way when the process is told to end. */

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let receiver: Receiver;
let apiKey: string;
let integrationId: string;

beforeAll(async () => {
  place = await temporaryFolder();
  receiver = await startReceiver();
  server = await startServer(place.path);
  const made = await runProgram(place.path, ["deployment", "create", "--name", "Loans", "--json"]);
  const { deployment_id, test: environment } = JSON.parse(made.stdout) as {
    deployment_id: string;
    test: { api_key: string; integration_id: string };
  };
  apiKey = environment.api_key;
  integrationId = environment.integration_id;
  await runProgram(place.path, ["deployment", "set", deployment_id, "--env", "test", "--webhook-url", receiver.url]);
});

afterAll(async () => {
  if (isAlive(server.pid)) await server.end("SIGTERM");
  const left = await postmasterPid(place.path).catch(() => 0);
  if (left > 1) await stopPostmaster(left);
  await receiver.close();
  await place.remove();
});

async function call(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${server.url}/v1/sessions-management/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": apiKey },
    body: JSON.stringify(body),
  });
  expect([path, answer.status]).toEqual([path, 200]);
}

/** Each cancelled journey is one webhook. */
async function cancelMany(name: string, count: number): Promise<void> {
  const uids = Array.from({ length: count }, (_, index) => `${name}-${1000 + index}`);
  await Promise.all(uids.map((uid) => call("tokens", { uid, integration_id: integrationId })));
  await Promise.all(uids.map((uid) => call("cancel", { uid })));
}

function idsOf(received: readonly { readonly headers: Readonly<Record<string, unknown>> }[]): unknown[] {
  return received.map(({ headers }) => headers["webhook-id"]);
}

test("attempts under way come to their end, nothing more is begun, and the next process sends the rest once", async () => {
  const inHalfASecond: Answer = (response) => void setTimeout(() => response.writeHead(200).end(), 500);
  receiver.answer(inHalfASecond);
  await cancelMany("DRAIN", 60);
  await eventually("some under way", () => receiver.received.length >= 2);
  expect(await server.end("SIGTERM")).toBe(0);
  const before = receiver.received.length;
  expect(before).toBeLessThan(60);
  server = await startServer(place.path);
  await eventually("all", () => receiver.received.length >= 60);
  const ids = idsOf(receiver.received);
  expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
});

test("an attempt that would take too long is given back and sent at once by the next process", async () => {
  const before = receiver.received.length;
  receiver.answer(() => undefined);
  await cancelMany("HANG", 3);
  await eventually("one under way", () => receiver.received.length > before);
  const hanging = new Set(idsOf(receiver.received.slice(before)));
  const endedAt = performance.now();
  expect(await server.end("SIGTERM")).toBe(0);
  // Its grace is 10 s, an attempt's time 15 s, and the supervisor kills after a minute at the earliest.
  expect(performance.now() - endedAt).toBeLessThan(40_000);
  receiver.answer((response) => void response.writeHead(200).end());
  const again = receiver.received.length;
  server = await startServer(place.path);
  await eventually("all three", () => receiver.received.length >= again + 3);
  for (const id of hanging) expect(idsOf(receiver.received.slice(again))).toContain(id);
});
