import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { type Gate, openGate } from "./gate.ts";
import type { Receipt } from "./history.ts";

/** Answers a webhook and resolves to the status it sent, or null when it sent none. Never throws. */
export type Behaviour = (response: ServerResponse) => Promise<number | null>;

/** A lender's receiver behind a gate; keeps everything it got. */
export interface ChaosReceiver {
  /** Leads through the gate. */
  readonly url: string;
  readonly gate: Gate;
  readonly receipts: readonly Receipt[];
  behave(behaviour: Behaviour): void;
  /** Called when a webhook is in, before it is answered, and once the answer was handed to the network. */
  watch(moment: "received" | "answered", listener: (() => void) | null): void;
  close(): Promise<void>;
}

export async function startChaosReceiver(environmentId: () => string): Promise<ChaosReceiver> {
  const receipts: Receipt[] = [];
  const watchers: Watchers = { received: null, answered: null };
  let behaviour: Behaviour = accept;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined); // the worker has died in the middle
    response.on("error", () => undefined);
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const receipt = { environmentId: environmentId(), atMs: Date.now(), headers: request.headers, body };
      // The same object is completed later: an answer that is never given leaves it as it is.
      const kept: Receipt & { answered: number | null } = { ...receipt, answered: null };
      receipts.push(kept);
      void settle(response, behaviour, watchers).then((status) => (kept.answered = status));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gate = await openGate({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  return {
    url: `http://127.0.0.1:${gate.port}/webhooks`,
    gate,
    receipts,
    behave: (next) => void (behaviour = next),
    watch: (moment, listener) => void (watchers[moment] = listener),
    async close() {
      await gate.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Watchers = Record<"received" | "answered", (() => void) | null>;

/** Whoever is killed because a webhook is in must be dead before it is answered. */
const DYING_MS = 50;

async function settle(response: ServerResponse, behaviour: Behaviour, watchers: Watchers): Promise<number | null> {
  if (watchers.received !== null) {
    watchers.received();
    await delay(DYING_MS);
  }
  const status = await behaviour(response);
  watchers.answered?.();
  return status;
}

export const accept: Behaviour = (response) => answer(response, 200);

async function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}) {
  if (response.destroyed) return null;
  response.writeHead(status, { "content-type": "text/plain", ...headers }).end(status === 204 ? undefined : "ok");
  return Promise.resolve(status);
}

const SLOW_MS = 1_500;
const HUGE_BYTES = 1_000_000_000;
const CHUNK = Buffer.alloc(65_536, "x");

/** How receivers go wrong. A status line of 200 accepts, whatever becomes of the body behind it. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "answers-slowly": async (response) => {
    await delay(SLOW_MS);
    return answer(response, 200);
  },
  "never-answers": () => Promise.resolve(null),
  "answers-201": (response) => answer(response, 201),
  "answers-204": (response) => answer(response, 204),
  "answers-301": (response) => answer(response, 301, { location: "/elsewhere" }),
  "answers-500": (response) => answer(response, 500),
  "answers-503": (response) => answer(response, 503, { "retry-after": "2" }),
  "hangs-up": (response) => {
    response.destroy();
    return Promise.resolve(null);
  },
  "breaks-off-the-body": async (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half");
    await delay(20);
    response.destroy();
    return 200;
  },
  "body-without-end": (response) => {
    response.writeHead(200);
    return flood(response, Number.POSITIVE_INFINITY);
  },
  "body-of-1-GB": (response) => {
    response.writeHead(200, { "content-length": String(HUGE_BYTES) });
    return flood(response, HUGE_BYTES);
  },
};

/** Writes as fast as it is read, until the reader has had enough. */
function flood(response: ServerResponse, sizeBytes: number): Promise<number> {
  let left = sizeBytes;
  const pour = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK.length;
      if (!response.write(CHUNK.subarray(0, Math.min(CHUNK.length, left + CHUNK.length)))) break;
    }
    if (left > 0 && !response.destroyed) response.once("drain", pour);
    else response.end();
  };
  pour();
  return Promise.resolve(200);
}
