import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type Gate, openGate } from "./gate.ts";

/** Answers every text with itself. */
let echo: Server;
let gate: Gate;
let heard: string[];
const clients: Socket[] = [];

beforeEach(async () => {
  heard = [];
  echo = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      heard.push(bytes.toString());
      socket.write(bytes);
    });
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  gate = await openGate({ host: "127.0.0.1", port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await gate.close();
  await new Promise((resolve) => echo.close(resolve));
});

async function dial(): Promise<Socket> {
  const client = connect(gate.port, "127.0.0.1");
  client.on("error", () => undefined);
  clients.push(client);
  await once(client, "connect");
  return client;
}

/** What comes back within a moment; "": nothing. */
async function say(client: Socket, text: string): Promise<string> {
  const answer = once(client, "data").then(([bytes]) => String(bytes));
  client.write(text);
  return Promise.race([answer, delay(200, "")]);
}

test("an open gate passes both ways", async () => {
  expect(await say(await dial(), "hello")).toBe("hello");
});

test("a silent gate swallows both ways and closes nothing; what lost bytes stays dead, new connections pass", async () => {
  const client = await dial();
  expect(await say(client, "before")).toBe("before");
  await gate.set("silent");
  expect(await say(client, "lost")).toBe("");
  expect(client.destroyed).toBe(false);
  await gate.set("open");
  expect(await say(client, "still lost")).toBe("");
  expect(await say(await dial(), "new")).toBe("new");
  expect(heard).toEqual(["before", "new"]);
});

test("a mute gate passes requests and swallows answers", async () => {
  const client = await dial();
  await gate.set("mute");
  expect(await say(client, "question")).toBe("");
  expect(heard).toEqual(["question"]);
});

test("a closed gate refuses connections, and listens on the same port when it opens again", async () => {
  await gate.set("closed");
  await expect(dial()).rejects.toThrow("ECONNREFUSED");
  await gate.set("open");
  expect(await say(await dial(), "again")).toBe("again");
});
